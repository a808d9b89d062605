import { useEffect, useState } from "preact/hooks";
import { countUnsent, sender, state } from "../app";
import { showItemCode } from "../base/item_code";
import { drop, type Waiting, waiting } from "../queue/store";
import { label } from "../words/labels";
import { showAge, showTime, t } from "../words/words";
import { verdictWords } from "./scan_session";
import { SessionEnded } from "./session_ended";

/* The last way out of a broken device: everything that is needed to record it elsewhere, under the same ids. */
function exportQueue(scans: Waiting[]): void {
	const link = document.createElement("a");
	link.href = URL.createObjectURL(new Blob([JSON.stringify(scans, null, "\t")], { type: "application/json" }));
	link.download = `hoso-${new Date().toISOString().slice(0, 19).replace(/:/g, "")}.json`;
	link.click();
	setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

export function Unsent() {
	const [scans, setScans] = useState<Waiting[]>([]);
	useEffect(() => void waiting().then(setScans), [state.unsent, state.send]);
	const oldest = scans.length > 0 ? (Date.now() - Date.parse(scans[0].occurred_at)) / 1000 : 0;
	const seen = async (scan: Waiting) => {
		await drop(scan);
		await countUnsent();
	};
	const isAgency = state.session?.role === "agency"; // they say things of dossiers and scan nothing
	return (
		<>
			<h1>{t(isAgency ? "unsent.title_agency" : "unsent.title")}</h1>
			<SessionEnded />
			{scans.length === 0 ? <p class="empty">{t("unsent.empty")}</p> : (
				<>
					<p>{t("unsent.oldest", { age: showAge(oldest) })}</p>
					<div class="row">
						<button type="button" class="main" onClick={() => sender.wake()}>{t("unsent.send")}</button>
						<button type="button" onClick={() => exportQueue(scans)}>{t("unsent.export")}</button>
					</div>
					<table>
						<thead><tr><th scope="col">{t(isAgency ? "unsent.code_agency" : "column.code")}</th><th scope="col">{t("column.kind")}</th><th scope="col">{t("column.when")}</th><th scope="col">{t("column.what")}</th></tr></thead>
						<tbody>
							{scans.map((scan) => (
								<tr key={scan.event_id} class={`verdict-${scan.state}`}>
									<td class="code">{showItemCode(scan.code)}</td>
									<td>{label("events", scan.kind)}{scan.manifest && <> · <a href={`#/manifest/${scan.manifest}`}>{t("unsent.manifest")}</a></>}</td>
									<td>{showTime(scan.occurred_at)}</td>
									<td>
										<strong>{verdictWords(scan.state)}</strong> {scan.problem}
										{scan.account !== state.session?.account && <p>{t("unsent.other", { account: scan.account })}</p>}
										{scan.state === "failed" && <button type="button" onClick={() => seen(scan)}>{t("unsent.drop")}</button>}
									</td>
								</tr>
							))}
						</tbody>
					</table>
				</>
			)}
		</>
	);
}
