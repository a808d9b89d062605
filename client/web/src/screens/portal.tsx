import { useEffect, useRef, useState } from "preact/hooks";
import { showItemCode } from "../base/item_code";
import { type Decision, isUnknown, type PushLine, sendAgain } from "../portal/decision";
import { errorWords } from "../words/errors";
import { label } from "../words/labels";
import { showTime, t, word } from "../words/words";
import { Loading, More, useList } from "./load";
import { type At, LongTable } from "./long_list";
import { DecisionBoxes } from "./portal_form";
import { Standing } from "./portal_standing";
import { wordsOf } from "./sign_in";

/* What goes to the province's portal: how the road is, what it has refused and with which words, and what a supervisor does about it. */
const STATES = ["dead", "ready", "waiting_code", "skipped", "done", ""]; // what somebody must look at comes first
const DECISIONS: Decision[] = ["code", "skip"];

const NOTHING = { words: "", isGood: true };

interface Open {
	id: string;
	what: Decision;
}

export function Portal() {
	const [shown, setShown] = useState("dead");
	const [turn, setTurn] = useState(0);
	const [said, setSaid] = useState(NOTHING);
	const place = useRef<HTMLParagraphElement>(null);
	const say = (words: string, isGood: boolean) => {
		setSaid({ words, isGood });
		setTurn((n) => n + 1);
		setTimeout(() => place.current?.focus());
	};
	return (
		<>
			<h1>{t("portal.title")}</h1>
			<Standing turn={turn} />
			<h2>{t("portal.lines")}</h2>
			<p ref={place} tabIndex={-1} class={said.words && (said.isGood ? "done" : "problem")} role="status">{said.words}</p>
			<div class="row">
				<label>{t("column.state")}
					<select value={shown} onChange={(event) => { setSaid(NOTHING); setShown(event.currentTarget.value); }}>
						{STATES.map((name) => <option key={name} value={name}>{name ? word("portal_state", name) : t("portal.all")}</option>)}
					</select>
				</label>
				<button type="button" onClick={() => setTurn((n) => n + 1)}>{t("handovers.again")}</button>
			</div>
			<Lines key={shown} state={shown} turn={turn} say={say} clear={() => setSaid(NOTHING)} />
		</>
	);
}

function Lines({ state, turn, say, clear }: { state: string; turn: number; say: (words: string, isGood: boolean) => void; clear: () => void }) {
	const { items, problem, more, again } = useList<PushLine>(`/v1/outbox?limit=100${state && `&state=${state}`}`);
	const [open, setOpen] = useState<Open | null>(null);
	const isFirst = useRef(true);
	useEffect(() => {
		if (!isFirst.current) {
			void again();
		}
		isFirst.current = false;
	}, [turn]);
	const leave = ({ id, what }: Open) => {
		setOpen(null);
		setTimeout(() => document.getElementById(`${what}-${id}`)?.focus());
	};
	const retry = (line: PushLine) => sendAgain(line).then(() => say(t("portal.sent_again", { code: showItemCode(line.item_code) }), true),
		(error) => say(isUnknown(error) ? t("portal.unknown", { why: wordsOf(error) }) : wordsOf(error), false));
	const done = (words: string, isGood: boolean) => {
		setOpen(null);
		say(words, isGood);
	};
	return (
		<>
			<p class="problem" role="alert">{problem}</p>
			<Loading of={items} problem={problem} />
			{items?.length === 0 && <p class="empty">{t(state === "dead" ? "portal.empty" : "portal.empty_state")}</p>}
			{items && items.length > 0 && (
				<LongTable columns={["column.state", "column.dossier", "column.code", "column.kind", "column.when", "portal.answer", "column.todo"]} items={items} keyOf={({ id }) => id} stays={open?.id}
					row={(line, at) => (
						<Line at={at} line={line} open={open?.id === line.id ? open.what : null} choose={(what) => { clear(); setOpen({ id: line.id, what }); }}
							retry={() => void retry(line)} done={done} leave={() => open && leave(open)} />
					)} />
			)}
			<More more={more} />
		</>
	);
}

interface LineProps {
	at: At;
	line: PushLine;
	open: Decision | null;
	choose: (what: Decision) => void;
	retry: () => void;
	done: (words: string, isGood: boolean) => void;
	leave: () => void;
}

function Line({ at, line, open, choose, retry, done, leave }: LineProps) {
	const code = showItemCode(line.item_code);
	const acts = line.state === "dead" ? DECISIONS : line.state === "ready" ? (["skip"] as Decision[]) : [];
	return (
		<tr {...at} class={line.state === "dead" ? "verdict-failed" : ""}>
			<td><strong>{word("portal_state", line.state)}</strong></td>
			<td>{line.dossier_code ?? t("dossier.no_code")}</td>
			<td class="code"><a href={`#/dossier/${encodeURIComponent(line.item_code)}`}>{code}</a></td><td>{label("events", line.kind)}</td><td>{showTime(line.created_at)}</td>
			<td>
				{line.last_error && <p class="said">{errorWords(line.last_error)}</p>}
				{line.answer && <p class="said">“{line.answer}”</p>}
				{line.settled_by && <p class="said">{t("portal.skipped_by", { name: line.settled_by, why: line.settled_why ?? "" })}</p>}
			</td>
			<td>
				{open ? <DecisionBoxes line={line} what={open} done={done} leave={leave} /> : acts.length > 0 && (
					<div class="row acts">
						<button type="button" aria-label={`${t("portal.retry")}: ${code}`} onClick={retry}>{t("portal.retry")}</button>
						{acts.map((what) => <button key={what} id={`${what}-${line.id}`} type="button" aria-label={`${word("portal_act", what)}: ${code}`} onClick={() => choose(what)}>{word("portal_act", what)}</button>)}
					</div>
				)}
			</td>
		</tr>
	);
}
