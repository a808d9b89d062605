import { useEffect, useState } from "preact/hooks";
import { countUnsent, state, wake } from "../app";
import { showItemCode } from "../base/item_code";
import { saveBlob } from "../base/save";
import { drop, type Waiting, waiting } from "../queue/store";
import { label } from "../words/labels";
import { showAge, showTime, t } from "../words/words";
import { verdictWords } from "./scan_session";
import { later } from "./later";
import { LongTable } from "./long_list";
import { SessionEnded } from "./session_ended";

const ProofList = later(async () => (await import("./proving")).ProofList);

/* The last way out of a broken device: everything that is needed to record it elsewhere, under the same ids, with its pictures. */
async function exportQueue(scans: Waiting[]): Promise<void> {
	const { exportProofs } = await import("./proving");
	const text = JSON.stringify({ scans, proofs: await exportProofs() }, null, "\t");
	saveBlob(new Blob([text], { type: "application/json" }), `hoso-${new Date().toISOString().slice(0, 19).replace(/:/g, "")}.json`);
}

export function Unsent() {
	const [scans, setScans] = useState<Waiting[]>([]);
	const [problem, setProblem] = useState(false);
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
			{problem && <p class="problem" role="alert">{t("unsent.not_exported")}</p>}
			{scans.length + state.proofs > 0
				? (
					<div class="row">
						<button type="button" class="main" onClick={wake}>{t("unsent.send")}</button>
						<button type="button" onClick={() => void exportQueue(scans).then(() => setProblem(false), () => setProblem(true))}>{t("unsent.export")}</button>
					</div>
				)
				: <p class="empty">{t("unsent.empty")}</p>}
			{scans.length > 0 && (
				<>
					<p>{t("unsent.oldest", { age: showAge(oldest) })}</p>
					<LongTable columns={[isAgency ? "unsent.code_agency" : "column.code", "column.kind", "column.when", "column.what"]} items={scans} keyOf={({ event_id }) => event_id}
						row={(scan, at) => (
							<tr {...at} class={`verdict-${scan.state}`}>
								<td class="code">{showItemCode(scan.code)}</td>
								<td>{label("events", scan.kind)}{scan.manifest && <> · <a href={`#/manifest/${scan.manifest}`}>{t("unsent.manifest")}</a></>}</td>
								<td>{showTime(scan.occurred_at)}</td>
								<td>
									<strong>{verdictWords(scan.state)}</strong> {scan.problem}
									{scan.account !== state.session?.account && <p>{t("unsent.other", { account: scan.account })}</p>}
									{scan.state === "failed" && <button type="button" onClick={() => seen(scan)}>{t("unsent.drop")}</button>}
								</td>
							</tr>
						)} />
				</>
			)}
			{state.proofs > 0 && <ProofList />}
		</>
	);
}
