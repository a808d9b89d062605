import { useState } from "preact/hooks";
import { Problem } from "../base/call";
import { showDay } from "../base/day";
import { download } from "../report/report";
import { t, word } from "../words/words";
import { FileBoxes, FirstLines, useImport } from "./file_import";
import { wordsOf } from "./sign_in";

/* In the order in which they refer to each other, as a whole catalogue is brought in. */
const TABLES = ["areas", "relations", "terms", "offices", "agencies", "procedures", "papers", "fees", "postage", "concessions", "calendar"];
const WHATS = ["added", "changed", "closed", "merged", "unchanged", "refused"] as const;

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
	const heads = [t("catalogue.line"), t("catalogue.key"), t("catalogue.becomes"), t("catalogue.detail")];
	return (
		<>
			<p>{WHATS.filter((what) => report.counts[what] > 0).map((what) => `${word("catalogue_what", what)}: ${report.counts[what]}`).join(" · ") || t("catalogue.empty")}</p>
			{lines.length > 0 && <FirstLines heads={heads} lines={lines} row={(line) => (
				<tr key={`${line.line} ${line.column ?? ""}`}><td>{line.line}</td><td class="code">{line.key}</td><td>{word("catalogue_what", line.what)}</td><td>{sayLine(line)}</td></tr>
			)} />}
		</>
	);
}

/* A refused file comes back with what is wrong in its lines. */
function refusedAs(error: unknown) {
	return error instanceof Problem ? { answer: error.report as Report | null, problem: wordsOf(error) } : null;
}

export function Catalogue() {
	const [table, setTable] = useState("procedures");
	const { file, answer: report, problem, busy, forget, choose, send, fail } = useImport<Report>((dryRun) => `/v1/catalogue/${table}?dry_run=${dryRun}`, refusedAs);
	const get = async () => {
		forget();
		await download(`/v1/catalogue/${table}.csv`, `${table}.csv`).catch((error) => fail(wordsOf(error)));
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
				<FileBoxes file={file} busy={busy} isRight={changes} choose={choose} send={send} />
			</div>
			<p role="status">{busy ? t("loading") : report && report.counts.refused === 0 ? t(report.written ? "catalogue.written" : changes ? "catalogue.checked" : "catalogue.same") : ""}</p>
			<p class="problem" role="alert">{report && report.counts.refused > 0 ? t("catalogue.refused", { n: report.counts.refused }) : problem}</p>
			{report && <ReportOf report={report} />}
		</>
	);
}
