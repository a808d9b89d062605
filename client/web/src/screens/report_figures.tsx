import { useState } from "preact/hooks";
import { Problem } from "../base/call";
import { saveBlob } from "../base/save";
import { t } from "../words/words";
import { FileBoxes, FirstLines, useImport } from "./file_import";

/* The columns of a file, as the server takes them: openapi.yaml, /v1/totals. */
const COLUMNS = {
	totals: "period,cut,agency,procedure,received_all,received_online,resolved_all,resolved_online,returned_all,source",
	figures: "period,cut,office,figure,value,source",
} as const;
type What = keyof typeof COLUMNS;
const WHATS = Object.keys(COLUMNS) as What[];

interface Imported {
	lines: number;
	stored: boolean;
	errors: { line: number; column: string | null; why: string }[];
}

/* It was right when it was checked: what is wrong by now is told by checking it anew. */
function refusedAs(error: unknown) {
	return error instanceof Problem && error.token === "http_422" ? { answer: null, problem: t("figures.again") } : null;
}

/** Figures - what the post does not know of a period, from a file. */
export function Figures({ stored }: { stored: () => void }) {
	const [what, setWhat] = useState<What>("totals");
	const { file, answer: said, problem, busy, forget, choose, send } = useImport<Imported>((dryRun, id) => `/v1/totals?id=${id}&what=${what}&dry_run=${dryRun}`, refusedAs);
	const sendAndTell = async (dryRun: boolean) => (await send(dryRun))?.stored && stored();
	const isRight = said !== null && !said.stored && said.errors.length === 0 && said.lines > 0;
	return (
		<section aria-label={t("figures.title")}>
			<h2>{t("figures.title")}</h2>
			<p>{t("figures.how")}</p>
			<div class="narrow">
				<label>{t("figures.what")}
					<select value={what} onChange={(event) => { setWhat(event.currentTarget.value as What); forget(); }}>{WHATS.map((name) => <option key={name} value={name}>{t(`figures.${name}`)}</option>)}</select>
				</label>
				<p><button type="button" onClick={() => saveBlob(new Blob([`\uFEFF${COLUMNS[what]}\r\n`], { type: "text/csv" }), `${what}.csv`)}>{t("figures.empty_file")}</button></p>
				<FileBoxes file={file} busy={busy} isRight={isRight} choose={choose} send={sendAndTell} />
			</div>
			<p role="status">{busy ? t("loading") : isRight ? t("figures.right", { n: said.lines }) : said?.stored ? t("figures.stored", { n: said.lines }) : said?.lines === 0 && said.errors.length === 0 ? t("catalogue.empty") : ""}</p>
			<p class="problem" role="alert">{said && said.errors.length > 0 ? t("catalogue.refused", { n: said.errors.length }) : problem}</p>
			{said && said.errors.length > 0 && <FirstLines heads={[t("catalogue.line"), t("figures.column"), t("catalogue.detail")]} lines={said.errors} row={({ line, column, why }) => (
				<tr key={`${line} ${column ?? ""}`}><td>{line}</td><td class="code">{column}</td><td>{why}</td></tr>
			)} />}
		</section>
	);
}
