import { useEffect, useRef, useState } from "preact/hooks";
import { countUnsent, sender, state } from "../app";
import { ring } from "../base/bell";
import { readItemCode, showItemCode } from "../base/item_code";
import { uuid7 } from "../base/uuid7";
import { type Answered, answered, put, type Waiting, waiting } from "../queue/store";
import { type Scan, Wedge } from "../scan/wedge";
import { label } from "../words/labels";
import { showTime, t, type Word, word } from "../words/words";
import { SignInForm } from "./sign_in";

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
	return [...unsent, ...(await answered(state.session?.account))].slice(0, SHOWN_MAX).map(lineOf);
}

export function ScanSession() {
	const [kind, setKind] = useState("arrived");
	const [fields, setFields] = useState<Record<string, string>>({});
	const [lines, setLines] = useState<Line[]>([]);
	const [problem, setProblem] = useState("");
	const [choices, setChoices] = useState<string[]>([]);
	const typed = useRef<HTMLInputElement>(null);
	const recent = useRef(new Map<string, number>());
	const rung = useRef(new Set<string>());

	const refresh = async () => {
		const now = await linesOfNow();
		setLines(now);
		for (const line of now) {
			const key = `${line.code} ${line.at} ${line.verdict}`;
			if (line.verdict !== "waiting" && line.verdict !== "recorded" && !rung.current.has(key) && rung.current.size > 0) {
				ring(line.verdict === "duplicate" ? "duplicate" : "trouble");
			}
			rung.current.add(key);
		}
	};
	useEffect(() => void refresh(), [state.unsent]);

	const record = async (code: string) => {
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
		const data = Object.fromEntries(KINDS[kind].map((name) => [name, fields[name].trim()]));
		try {
			await put({ account: state.session?.account ?? "", event_id: uuid7(), code, kind, occurred_at: new Date().toISOString(), data, state: "waiting" });
		} catch {
			recent.current.delete(code);
			setProblem(t("scan.no_room"));
			ring("trouble");
			return;
		}
		ring("kept");
		setProblem("");
		void countUnsent();
		sender.wake();
	};
	const take = (scan: Scan) => {
		setChoices(scan.kind === "ask" ? scan.codes : []);
		if (scan.kind === "code") {
			void record(scan.code);
		} else if (scan.kind === "misread") {
			setProblem(t("scan.misread", { text: scan.text }));
			ring("trouble");
		}
	};
	const latest = useRef(take);
	latest.current = take;
	useEffect(() => {
		const wedge = new Wedge();
		const pressed = (event: KeyboardEvent) => {
			if (event.ctrlKey || event.altKey || event.metaKey) {
				return;
			}
			const { swallow, scan } = wedge.push({ code: event.code, key: event.key, shift: event.shiftKey, atMs: event.timeStamp });
			if (swallow) {
				event.preventDefault();
				event.stopPropagation();
			}
			if (scan) {
				if (typed.current) {
					typed.current.value = "";
				}
				latest.current(scan);
			}
		};
		addEventListener("keydown", pressed, { capture: true });
		return () => removeEventListener("keydown", pressed, { capture: true });
	}, []);
	const submit = (event: SubmitEvent) => {
		event.preventDefault();
		const text = typed.current?.value ?? "";
		const reading = readItemCode(text);
		if (typed.current) {
			typed.current.value = "";
		}
		take(reading.kind === "code" ? reading : { kind: "misread", text });
	};
	return (
		<>
			<h1>{t("scan.title")}</h1>
			{state.send.state === "signed_out" && <section class="problem"><p>{t("sign_in.expired")}</p><SignInForm /></section>}
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
				<form onSubmit={submit} class="row">
					<label>{t("scan.typed")}<input ref={typed} autocomplete="off" autocapitalize="characters" spellcheck={false} inputMode="text" /></label>
					<button type="submit" class="main">{t("scan.add")}</button>
				</form>
			</div>
			<p class="quiet">{t("scan.hint")}</p>
			<p class="problem" role="alert">{problem}</p>
			{choices.length > 0 && (
				<section class="problem" role="group" aria-label={t("scan.ask")}>
					<p>{t("scan.ask")}</p>
					{choices.map((code) => <button key={code} type="button" onClick={() => take({ kind: "code", code })}>{showItemCode(code)}</button>)}
					<button type="button" onClick={() => setChoices([])}>{t("scan.neither")}</button>
				</section>
			)}
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
