import type { ComponentChildren } from "preact";
import { useRef, useState } from "preact/hooks";
import { call } from "../base/call";
import { uuid7 } from "../base/uuid7";
import { t } from "../words/words";
import { wordsOf } from "./sign_in";

/*
 * A file is first only looked at: what it would do stands on the screen before it is done, all of it or nothing. Pressed twice,
 * or with its answer lost, it is stored once; an answer about another file is not shown.
 */
const IMPORT_MS = 60_000;
const LINES_SHOWN = 200;

interface Refused<Answer> {
	answer: Answer | null;
	problem: string;
}

/** useImport - @pathOf: where to, @id being one a file; @refusedAs: what a refusal says, null when it says only its words. */
export function useImport<Answer>(pathOf: (dryRun: boolean, id: string) => string, refusedAs: (error: unknown) => Refused<Answer> | null) {
	const [file, setFile] = useState<File | null>(null);
	const [answer, setAnswer] = useState<Answer | null>(null);
	const [problem, setProblem] = useState("");
	const [busy, setBusy] = useState(false);
	const id = useRef(uuid7());
	const forget = () => {
		id.current = uuid7();
		setAnswer(null);
		setProblem("");
	};
	const refuse = (error: unknown) => {
		const said = refusedAs(error);
		setAnswer(said?.answer ?? null);
		setProblem(said?.problem ?? (error instanceof DOMException ? t("catalogue.unreadable") : wordsOf(error)));
	};
	const send = async (dryRun: boolean): Promise<Answer | null> => {
		const mine = id.current;
		setBusy(true);
		setAnswer(null);
		setProblem("");
		let said: Answer | null = null;
		try {
			/* Read now: a file that has been saved again since it was chosen would be refused by the browser half-way. */
			const csv = new Blob([await (file as File).arrayBuffer()], { type: "text/csv" });
			const came = await call<Answer>("POST", pathOf(dryRun, mine), csv, IMPORT_MS);
			said = id.current === mine ? came : null;
			said && setAnswer(said);
		} catch (error) {
			id.current === mine && refuse(error);
		}
		setBusy(false);
		return said;
	};
	const choose = (chosen: File | null) => {
		setFile(chosen);
		forget();
	};
	return { file, answer, problem, busy, forget, choose, send, fail: setProblem };
}

/** FileBoxes - the file, a press that looks at it, and one that does it when @isRight. */
export function FileBoxes({ file, busy, isRight, choose, send }: { file: File | null; busy: boolean; isRight: boolean; choose: (file: File | null) => void; send: (dryRun: boolean) => void }) {
	return (
		<>
			<label>{t("catalogue.file")}<input type="file" accept=".csv,text/csv" onChange={(event) => choose(event.currentTarget.files?.[0] ?? null)} /></label>
			<button type="button" class={isRight ? "" : "main"} disabled={!file || busy} onClick={() => send(true)}>{t("catalogue.check")}</button>{" "}
			<button type="button" class={isRight ? "main" : ""} disabled={!isRight || busy} onClick={() => send(false)}>{t("catalogue.import")}</button>
		</>
	);
}

/** FirstLines - as many of @lines as a person mends at a time, under @heads, and how many more there are. */
export function FirstLines<Line>({ heads, lines, row }: { heads: string[]; lines: Line[]; row: (line: Line) => ComponentChildren }) {
	return (
		<>
			<table>
				<thead><tr>{heads.map((head) => <th key={head} scope="col">{head}</th>)}</tr></thead>
				<tbody>{lines.slice(0, LINES_SHOWN).map(row)}</tbody>
			</table>
			{lines.length > LINES_SHOWN && <p>{t("catalogue.more_lines", { n: lines.length - LINES_SHOWN })}</p>}
		</>
	);
}
