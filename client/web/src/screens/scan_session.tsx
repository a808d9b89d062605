import { useEffect, useRef, useState } from "preact/hooks";
import { state } from "../app";
import { ring } from "../base/bell";
import { showItemCode } from "../base/item_code";
import { record, whyNotKept } from "../queue/record";
import { type Answered, answered, type Waiting, waiting } from "../queue/store";
import { label } from "../words/labels";
import { showTime, t, type Word, word } from "../words/words";
import { CodeEntry } from "./code_entry";
import { SessionEnded } from "./session_ended";

/* What a session's fields ask for, beside the codes. */
const KINDS: Record<string, string[]> = {
	arrived: [],
	dispatched: ["next_office"],
	out_for_delivery: [],
	delivered: ["officer", "minutes"],
	held: [],
	invited: [],
};
const AGAIN_MS = 2000; // the same label within this is one scan
const SHOWN_MAX = 200;

interface Line {
	code: string;
	kind: string;
	at: string;
	verdict: string;
	detail: string;
}

function lineOf(scan: Waiting | Answered): Line {
	if ("verdict" in scan) {
		const who = scan.recorded_by ? t("verdict.by", { who: scan.recorded_by, at: showTime(scan.at) }) : scan.detail;
		return { code: scan.code, kind: scan.kind, at: scan.at, verdict: scan.verdict, detail: who };
	}
	return { code: scan.code, kind: scan.kind, at: scan.occurred_at, verdict: scan.state === "failed" ? "failed" : "waiting", detail: scan.problem ?? "" };
}

export function verdictWords(verdict: string): string {
	return verdict === "waiting" || verdict === "failed" ? word("verdict", verdict) : label("verdicts", verdict);
}

async function linesOfNow(): Promise<Line[]> {
	const unsent = (await waiting(state.session?.account)).reverse();
	return [...unsent, ...(await answered(state.session?.account))].filter(({ manifest }) => !manifest).slice(0, SHOWN_MAX).map(lineOf);
}

/* What has come back since the screen was last drawn is heard once. */
function ringNew(lines: Line[], heard: Set<string>): void {
	const isFirst = heard.size === 0;
	for (const line of lines) {
		const key = `${line.code} ${line.at} ${line.verdict}`;
		if (!isFirst && !heard.has(key) && line.verdict !== "waiting" && line.verdict !== "recorded") {
			ring(line.verdict === "duplicate" ? "duplicate" : "trouble");
		}
		heard.add(key);
	}
}

export function ScanSession() {
	const [kind, setKind] = useState("arrived");
	const [fields, setFields] = useState<Record<string, string>>({});
	const [lines, setLines] = useState<Line[]>([]);
	const [problem, setProblem] = useState("");
	const recent = useRef(new Map<string, number>());
	const heard = useRef(new Set<string>());
	useEffect(() => void linesOfNow().then((now) => {
		setLines(now);
		ringNew(now, heard.current);
	}), [state.unsent]);

	const took = async (code: string) => {
		const missing = KINDS[kind].filter((name) => !fields[name]?.trim());
		if (missing.length > 0) {
			setProblem(t("scan.missing", { what: missing.map((name) => t(`scan.${name}` as Word)).join(", ") }));
			ring("trouble");
			return;
		}
		if (performance.now() - (recent.current.get(code) ?? Number.NEGATIVE_INFINITY) < AGAIN_MS) {
			setProblem(t("scan.again"));
			return;
		}
		recent.current.set(code, performance.now());
		try {
			await record(code, kind, Object.fromEntries(KINDS[kind].map((name) => [name, fields[name].trim()])));
			setProblem("");
		} catch (error) {
			recent.current.delete(code);
			setProblem(whyNotKept(error));
		}
	};
	return (
		<>
			<h1>{t("scan.title")}</h1>
			<SessionEnded />
			<div class="row">
				<label>{t("scan.kind")}
					<select value={kind} onChange={(event) => setKind(event.currentTarget.value)}>
						{Object.keys(KINDS).map((name) => <option key={name} value={name}>{label("events", name)}</option>)}
					</select>
				</label>
				{KINDS[kind].map((name) => (
					<label key={name}>{t(`scan.${name}` as Word)}
						<input value={fields[name] ?? ""} onInput={(event) => setFields({ ...fields, [name]: event.currentTarget.value })} autocomplete="off" />
					</label>
				))}
			</div>
			<CodeEntry took={took} />
			<p class="quiet">{t("scan.hint")}</p>
			<p class="problem" role="alert">{problem}</p>
			{lines.length === 0 ? <p class="empty">{t("scan.empty")}</p> : <Lines lines={lines} />}
		</>
	);
}

function Lines({ lines }: { lines: Line[] }) {
	return (
		<table>
			<caption>{t("scan.count", { n: lines.length })}</caption>
			<thead><tr><th scope="col">{t("column.code")}</th><th scope="col">{t("column.kind")}</th><th scope="col">{t("column.when")}</th><th scope="col">{t("column.what")}</th></tr></thead>
			<tbody>
				{lines.map((line) => (
					<tr key={`${line.code} ${line.at}`} class={`verdict-${line.verdict}`}>
						<td class="code">{showItemCode(line.code)}</td>
						<td>{label("events", line.kind)}</td>
						<td>{showTime(line.at)}</td>
						<td><strong>{verdictWords(line.verdict)}</strong>{line.detail && <span> · {line.detail}</span>}</td>
					</tr>
				))}
			</tbody>
		</table>
	);
}
