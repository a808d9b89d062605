import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { state } from "../app";
import { showItemCode } from "../base/item_code";
import type { Slip } from "../intake/keeping";
import { answered, waiting } from "../queue/store";
import { t } from "../words/words";
import { SlipPaper } from "./slip_paper";
import { verdictWords } from "./scan_session";

/** Fate - what has become of an acceptance: still here, refused at the door, or judged. */
export interface Fate {
	verdict: string; // waiting, failed, or the server's
	detail: string;
	token: string; // opens the public look-up; only the server has it
	member: string;
	why: string;
}

const UNKNOWN: Fate = { verdict: "waiting", detail: "", token: "", member: "", why: "" };

export async function fateOf(eventId: string): Promise<Fate> {
	const line = (await answered(state.session?.account)).find(({ event_id }) => event_id === eventId);
	if (line) {
		return { verdict: line.verdict, detail: line.detail, token: line.slip_token ?? "", member: "", why: line.why ?? "" };
	}
	const scan = (await waiting(state.session?.account)).find(({ event_id }) => event_id === eventId);
	return scan?.state === "failed" ? { verdict: "failed", detail: scan.problem ?? "", token: "", member: scan.member ?? "", why: scan.error ?? "" } : UNKNOWN;
}

export function isGood(verdict: string): boolean {
	return verdict === "waiting" || verdict === "recorded" || verdict === "late";
}

/** useFate - followed for as long as it is looked at. */
export function useFate(eventId: string): Fate | null {
	const [fate, setFate] = useState<Fate | null>(null);
	useEffect(() => {
		let isWanted = true;
		void fateOf(eventId).then((now) => isWanted && setFate(now));
		return () => { isWanted = false; };
	}, [eventId, state.unsent, state.send]);
	return fate;
}

/** SlipView - the slip of what was just taken in, or of before: what the server says of it, to be printed, the next one. */
export function SlipView({ slip, next, mend, children }: { slip: Slip; next: () => void; mend: (slip: Slip, fate: Fate) => void; children: ComponentChildren }) {
	const fate = useFate(slip.eventId) ?? UNKNOWN;
	const isTaken = isGood(fate.verdict);
	const first = useRef<HTMLButtonElement>(null);
	useLayoutEffect(() => first.current?.focus(), [slip.eventId, isTaken]);
	return (
		<>
			<section class={isTaken ? "done" : "problem"} role="status">
				<h2>{t(isTaken ? "slip.taken" : "slip.refused", { code: showItemCode(slip.code) })}</h2>
				<p class={`verdict-${fate.verdict}`}><strong>{verdictWords(fate.verdict)}</strong>{fate.detail && ` · ${fate.detail}`}</p>
				<p>{t(fate.token ? "slip.has_token" : isTaken ? "slip.no_token" : "slip.to_mend")}</p>
			</section>
			<div class="row">
				{isTaken
					? <button type="button" key="print" ref={first} class="main" onClick={() => window.print()}>{t("slip.print")}</button>
					: <button type="button" key="mend" ref={first} class="main" onClick={() => mend(slip, fate)}>{t("slip.mend")}</button>}
				<button type="button" onClick={next}>{t("slip.next")}</button>
			</div>
			{children}
			{isTaken && <SlipPaper slip={slip} token={fate.token} />}
		</>
	);
}
