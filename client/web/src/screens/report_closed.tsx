import { useState } from "preact/hooks";
import { call } from "../base/call";
import { uuid7 } from "../base/uuid7";
import { download, FILTERS, FORMATS, type Frozen, membersOf, type Question, type Report } from "../report/report";
import { showTime, t, type Word } from "../words/words";
import { Loading, More, useList } from "./load";
import { wordsOf } from "./sign_in";

/** Close - a period that is over becomes bytes that never change; asked for twice, for nobody can take it back. */
export function Close({ question, report, closed }: { question: Question; report: Report; closed: () => void }) {
	const [isAsking, setAsking] = useState(false);
	const [said, setSaid] = useState("");
	const [problem, setProblem] = useState("");
	const [id] = useState(uuid7);
	const close = async () => {
		try {
			const frozen = await call<Frozen>("POST", `/v1/reports/${question.name}/freeze`, { id, ...membersOf(question) });
			setSaid(t("reports.closed_now", { by: frozen.by, at: showTime(frozen.at) }));
			setProblem("");
			setAsking(false);
			closed();
		} catch (error) {
			setProblem(wordsOf(error));
		}
	};
	if (!report.period.closed) {
		return <p class="quiet">{t("reports.still_open", { day: report.period.last_on })}</p>;
	}
	return (
		<>
			<p class="problem" role="alert">{problem}</p>
			<p role="status">{said}</p>
			{isAsking ? (
				<div class="warning">
					<p>{t("reports.close_sure", { period: report.period.words })}</p>
					<div class="row">
						<button type="button" class="main" onClick={close}>{t("reports.close_do")}</button>
						<button type="button" onClick={() => setAsking(false)}>{t("reports.close_not")}</button>
					</div>
				</div>
			) : said === "" && <button type="button" onClick={() => setAsking(true)}>{t("reports.close")}</button>}
		</>
	);
}

/** Closed - what was closed, and its bytes again. @count: one more, and the list is read anew. */
export function Closed({ count }: { count: number }) {
	const { items, problem, more } = useList<Frozen>(`/v1/reports?limit=${20 + (count % 2)}`);
	const [refused, setRefused] = useState("");
	const reprint = (frozen: Frozen, format: string) => {
		setRefused("");
		download(`/v1/reports/${frozen.name}/frozen/${frozen.id}?format=${format}`, `${frozen.name}-${frozen.period}.${format}`)
			.catch((error) => setRefused(wordsOf(error)));
	};
	return (
		<section>
			<h2>{t("reports.closed_list")}</h2>
			<p class="problem" role="alert">{problem || refused}</p>
			<Loading of={items} problem={problem} />
			{items?.length === 0 && <p class="empty">{t("reports.none_closed")}</p>}
			{items && items.length > 0 && (
				<table>
					<thead><tr><th scope="col">{t("reports.name")}</th><th scope="col">{t("reports.period")}</th><th scope="col">{t("reports.filters")}</th><th scope="col">{t("reports.closed_by")}</th><th scope="col">{t("reports.reprint")}</th></tr></thead>
					<tbody>
						{items.map((frozen) => (
							<tr key={frozen.id}>
								<td>{t(`reports.${frozen.name}` as Word)}</td>
								<td>{frozen.period}{frozen.cut === "15" && ` (${t("reports.cut.15")})`}</td>
								<td>{FILTERS.map((name) => frozen[name]).filter(Boolean).join(", ")}</td>
								<td>{frozen.by}, {showTime(frozen.at)}</td>
								<td class="row">{FORMATS.map((format) => (
									<button key={format} type="button" aria-label={`${t("reports.reprint")}: ${t(`reports.${frozen.name}` as Word)} ${frozen.period}, ${format}`} onClick={() => reprint(frozen, format)}>{format.toUpperCase()}</button>
								))}</td>
							</tr>
						))}
					</tbody>
				</table>
			)}
			<More more={more} />
		</section>
	);
}
