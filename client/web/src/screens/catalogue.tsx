import { useRef, useState } from "preact/hooks";
import { call, Problem } from "../base/call";
import { showDay } from "../base/day";
import { download } from "../report/report";
import { t, word } from "../words/words";
import { wordsOf } from "./sign_in";

/* In the order in which they refer to each other, as a whole catalogue is brought in. */
const TABLES = ["areas", "relations", "terms", "offices", "agencies", "procedures", "papers", "fees", "postage", "concessions", "calendar"];
const WHATS = ["added", "changed", "closed", "merged", "unchanged", "refused"] as const;
const LINES_SHOWN = 200;
const IMPORT_MS = 60_000;

interface Line {
	line: number;
	what: string;
	key: string;
	valid_from?: string;
	changes?: { column: string; old: string; new: string }[];
	column?: string;
	text?: string;
}

interface Report {
	written: boolean;
	counts: Record<(typeof WHATS)[number], number>;
	lines: Line[];
}

function sayLine({ column, text, changes, valid_from }: Line): string {
	if (text) {
		return column ? `${column}: ${text}` : text;
	}
	const from = valid_from ? t("catalogue.from", { day: showDay(valid_from) }) : "";
	const what = (changes ?? []).map((change) => `${change.column}: ${change.old || "∅"} → ${change.new || "∅"}`).join("; ");
	return [from, what].filter((words) => words !== "").join(". ");
}

function ReportOf({ report }: { report: Report }) {
	const wrong = report.lines.filter(({ what }) => what === "refused");
	const lines = wrong.length > 0 ? wrong : report.lines; // first what has to be mended
	return (
		<>
			<p>{WHATS.filter((what) => report.counts[what] > 0).map((what) => `${word("catalogue_what", what)}: ${report.counts[what]}`).join(" · ") || t("catalogue.empty")}</p>
			{lines.length > 0 && (
				<table>
					<thead><tr><th scope="col">{t("catalogue.line")}</th><th scope="col">{t("catalogue.key")}</th><th scope="col">{t("catalogue.becomes")}</th><th scope="col">{t("catalogue.detail")}</th></tr></thead>
					<tbody>
						{lines.slice(0, LINES_SHOWN).map((line) => (
							<tr key={`${line.line} ${line.column ?? ""}`}><td>{line.line}</td><td class="code">{line.key}</td><td>{word("catalogue_what", line.what)}</td><td>{sayLine(line)}</td></tr>
						))}
					</tbody>
				</table>
			)}
			{lines.length > LINES_SHOWN && <p>{t("catalogue.more_lines", { n: lines.length - LINES_SHOWN })}</p>}
		</>
	);
}

/* A file is first only looked at: what it would do stands on the screen before it is done. */
export function Catalogue() {
	const [table, setTable] = useState("procedures");
	const [file, setFile] = useState<File | null>(null);
	const [report, setReport] = useState<Report | null>(null);
	const [problem, setProblem] = useState("");
	const [busy, setBusy] = useState(false);
	const turn = useRef(0); // an answer about another file, or another table, is not shown
	const forget = () => {
		turn.current++;
		setReport(null);
		setProblem("");
	};
	const send = async (dryRun: boolean) => {
		forget();
		const mine = turn.current;
		setBusy(true);
		try {
			/* Read now: a file that has been saved again since it was chosen would be refused by the browser half-way. */
			const csv = new Blob([await (file as File).arrayBuffer()], { type: "text/csv" });
			const answer = await call<Report>("POST", `/v1/catalogue/${table}?dry_run=${dryRun}`, csv, IMPORT_MS);
			if (turn.current === mine) {
				setReport(answer);
			}
		} catch (error) {
			if (turn.current === mine) {
				setReport(error instanceof Problem ? (error.report as Report | null) : null);
				setProblem(error instanceof DOMException ? t("catalogue.unreadable") : wordsOf(error));
			}
		}
		setBusy(false);
	};
	const get = async () => {
		forget();
		await download(`/v1/catalogue/${table}.csv`, `${table}.csv`).catch((error) => setProblem(wordsOf(error)));
	};
	const changes = report !== null && !report.written && report.counts.refused === 0 && WHATS.some((what) => what !== "unchanged" && report.counts[what] > 0);
	return (
		<>
			<h1>{t("catalogue.title")}</h1>
			<p>{t("catalogue.how")}</p>
			<div class="narrow">
				<label>{t("catalogue.table")}
					<select value={table} onChange={(event) => { setTable(event.currentTarget.value); forget(); }}>{TABLES.map((name) => <option key={name} value={name}>{word("catalogue_table", name)}</option>)}</select>
				</label>
				<p><button type="button" onClick={get}>{t("catalogue.download")}</button></p>
				<label>{t("catalogue.file")}<input type="file" accept=".csv,text/csv" onChange={(event) => { setFile(event.currentTarget.files?.[0] ?? null); forget(); }} /></label>
				<button type="button" class={changes ? "" : "main"} disabled={!file || busy} onClick={() => send(true)}>{t("catalogue.check")}</button>{" "}
				<button type="button" class={changes ? "main" : ""} disabled={!changes || busy} onClick={() => send(false)}>{t("catalogue.import")}</button>
			</div>
			<p role="status">{busy ? t("loading") : report && report.counts.refused === 0 ? t(report.written ? "catalogue.written" : changes ? "catalogue.checked" : "catalogue.same") : ""}</p>
			<p class="problem" role="alert">{report && report.counts.refused > 0 ? t("catalogue.refused", { n: report.counts.refused }) : problem}</p>
			{report && <ReportOf report={report} />}
		</>
	);
}
