import { useRef, useState } from "preact/hooks";
import { call, Problem } from "../base/call";
import { saveBlob } from "../base/save";
import { uuid7 } from "../base/uuid7";
import { t } from "../words/words";
import { wordsOf } from "./sign_in";

/* The columns of a file, as the server takes them: openapi.yaml, /v1/totals. */
const COLUMNS = {
	totals: "period,cut,agency,procedure,received_all,received_online,resolved_all,resolved_online,returned_all,source",
	figures: "period,cut,office,figure,value,source",
} as const;
type What = keyof typeof COLUMNS;
const WHATS = Object.keys(COLUMNS) as What[];
const IMPORT_MS = 60_000;
const ERRORS_SHOWN = 200;

interface Imported {
	lines: number;
	stored: boolean;
	errors: { line: number; column: string | null; why: string }[];
}

function Errors({ errors }: { errors: Imported["errors"] }) {
	return (
		<>
			<table>
				<thead><tr><th scope="col">{t("catalogue.line")}</th><th scope="col">{t("figures.column")}</th><th scope="col">{t("catalogue.detail")}</th></tr></thead>
				<tbody>
					{errors.slice(0, ERRORS_SHOWN).map(({ line, column, why }) => (
						<tr key={`${line} ${column ?? ""}`}><td>{line}</td><td class="code">{column}</td><td lang="vi">{why}</td></tr>
					))}
				</tbody>
			</table>
			{errors.length > ERRORS_SHOWN && <p>{t("catalogue.more_lines", { n: errors.length - ERRORS_SHOWN })}</p>}
		</>
	);
}

/** Figures - what the post does not know of a period, from a file: first only looked at, then all of it or nothing. */
export function Figures({ stored }: { stored: () => void }) {
	const [what, setWhat] = useState<What>("totals");
	const [file, setFile] = useState<File | null>(null);
	const [said, setSaid] = useState<Imported | null>(null);
	const [problem, setProblem] = useState("");
	const [busy, setBusy] = useState(false);
	const id = useRef(""); // one a file: pressed twice, or with its answer lost, it is stored once
	const forget = () => {
		id.current = uuid7();
		setSaid(null);
		setProblem("");
	};
	const send = async (dryRun: boolean) => {
		const mine = id.current;
		setBusy(true);
		setProblem("");
		try {
			const csv = new Blob([await (file as File).arrayBuffer()], { type: "text/csv" });
			const answer = await call<Imported>("POST", `/v1/totals?id=${mine}&what=${what}&dry_run=${dryRun}`, csv, IMPORT_MS);
			if (id.current === mine) {
				setSaid(answer);
				answer.stored && stored();
			}
		} catch (error) {
			if (id.current === mine) {
				setSaid(null); // it was right when it was checked: what is wrong by now is told by checking it anew
				setProblem(error instanceof DOMException ? t("catalogue.unreadable") : error instanceof Problem && error.token === "http_422" ? t("figures.again") : wordsOf(error));
			}
		}
		setBusy(false);
	};
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
				<label>{t("catalogue.file")}<input type="file" accept=".csv,text/csv" onChange={(event) => { setFile(event.currentTarget.files?.[0] ?? null); forget(); }} /></label>
				<button type="button" class={isRight ? "" : "main"} disabled={!file || busy} onClick={() => send(true)}>{t("catalogue.check")}</button>{" "}
				<button type="button" class={isRight ? "main" : ""} disabled={!isRight || busy} onClick={() => send(false)}>{t("catalogue.import")}</button>
			</div>
			<p role="status">{busy ? t("loading") : isRight ? t("figures.right", { n: said.lines }) : said?.stored ? t("figures.stored", { n: said.lines }) : said?.lines === 0 && said.errors.length === 0 ? t("catalogue.empty") : ""}</p>
			<p class="problem" role="alert">{said && said.errors.length > 0 ? t("catalogue.refused", { n: said.errors.length }) : problem}</p>
			{said && said.errors.length > 0 && <Errors errors={said.errors} />}
		</section>
	);
}
