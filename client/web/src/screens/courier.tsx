import { useEffect, useState } from "preact/hooks";
import { state } from "../app";
import { ring } from "../base/bell";
import { call } from "../base/call";
import { showDay, today } from "../base/day";
import { showItemCode } from "../base/item_code";
import { type Delivering, deliveringNames, findDelivering, keepDelivering, NOTHING } from "../queue/delivering";
import { recordProven, undo, whyNotKept } from "../queue/record";
import type { Waiting } from "../queue/store";
import { label, tokens } from "../words/labels";
import { showTime, t, type Word, word } from "../words/words";
import { CodeEntry } from "./code_entry";
import { LabelFinder } from "./label_finder";
import { later } from "./later";
import { verdictWords } from "./scan_session";
import { SessionEnded } from "./session_ended";
import { isGood, useFate } from "./slip";

const ProofBoxes = later(async () => (await import("./proving")).ProofBoxes);

/*
 * A courier at a door, with one thumb and perhaps without a network: a code, what happened, done. What the server knows
 * of the item is shown when it can be asked, and is never waited for.
 */
const UNDO_MS = 30_000;
const RELATIONS = ["self", "authorised", "organisation", "other"];
const ID_KINDS = ["can_cuoc", "cccd", "cmnd", "passport", "vneid"];

/** Courier - @code: of an item that was chosen on a list. What is begun at another door comes first. */
export function Courier({ code = "" }: { code?: string }) {
	const account = state.session?.account ?? "";
	const [begun, setBegun] = useState<Delivering>(NOTHING);
	const [done, setDone] = useState<Waiting | null>(null);
	const [problem, setProblem] = useState("");
	useEffect(() => {
		const chosen = code === "" ? NOTHING : { ...NOTHING, code };
		const begin = (kept?: Delivering) => setBegun((now) => (now.code === "" ? (kept ?? chosen) : now));
		void findDelivering(account).then(begin, () => begin());
	}, [account, code]);
	const change = (now: Delivering) => {
		setBegun(now);
		setProblem("");
		void keepDelivering(account, begun, now);
	};
	const keep = async (kind: string, data: Record<string, unknown>, pictures = begun.pictures) => {
		try {
			setDone(await recordProven(begun.code, kind, data, pictures, Object.values(deliveringNames(account))));
			setBegun(NOTHING);
			setProblem("");
		} catch (error) {
			setProblem(whyNotKept(error, pictures.length > 0 ? "courier.no_room" : "scan.no_room"));
		}
	};
	return (
		<>
			<h1>{t("courier.title")}</h1>
			<SessionEnded />
			<p class="problem" role="alert">{problem}</p>
			{code !== "" && begun.code !== "" && begun.code !== code && <p class="warning">{t("courier.begun_first", { code: showItemCode(code) })}</p>}
			{done && <Done key={done.event_id} scan={done} gone={() => setDone(null)} again={() => { setDone(null); change({ ...NOTHING, code: done.code }); }} />}
			{begun.code === "" ? <FindCode took={(code) => change({ ...NOTHING, code })} /> : <Item key={begun.code} begun={begun} change={change} keep={keep} />}
		</>
	);
}

/* Kept already; for half a minute one tap takes it back. */
function Done({ scan, gone, again }: { scan: Waiting; gone: () => void; again: () => void }) {
	const fate = useFate(scan.event_id);
	const isBad = fate !== null && !isGood(fate.verdict);
	useEffect(() => {
		const timer = isBad ? undefined : setTimeout(gone, UNDO_MS); // what went wrong stays until something else is done
		return () => clearTimeout(timer);
	}, [scan.event_id, isBad]);
	useEffect(() => void (isBad && ring(fate.verdict === "duplicate" ? "duplicate" : "trouble")), [isBad]);
	return (
		<section class={isBad ? "problem" : "done"} role="status">
			{isBad && <p>{verdictWords(fate.verdict)}. {fate.detail}</p>}
			<p><strong>{label("events", scan.kind)}</strong> · {showItemCode(scan.code)} · {showTime(scan.occurred_at)}</p>
			{scan.kind === "delivery_failed" && !isBad && <NextSteps code={scan.code} isSent={fate !== null && fate.verdict !== "waiting"} />}
			{isBad
				? <button type="button" onClick={again}>{t("courier.again")}</button>
				: <button type="button" onClick={() => void undo(scan).then(gone)}>{t("courier.undo")}</button>}
		</section>
	);
}

interface Step {
	action: string;
	from_on: string | null;
	until_on: string | null;
}

/* After a visit in vain: what the rules say comes next, once the server has it. */
function NextSteps({ code, isSent }: { code: string; isSent: boolean }) {
	const [steps, setSteps] = useState<Step[] | null>(null);
	useEffect(() => {
		if (isSent) {
			call<{ steps: Step[] }>("GET", `/v1/items/${encodeURIComponent(code)}/next`).then((next) => setSteps(next.steps), () => setSteps(null));
		}
	}, [code, isSent]);
	const dayOfStep = ({ from_on, until_on }: Step) => (from_on && from_on > today() ? ` ${t("courier.next_from", { day: showDay(from_on) })}` : until_on ? ` ${t("courier.next_until", { day: showDay(until_on) })}` : "");
	return steps === null ? <p>{t("courier.next_later")}</p> : steps.length === 0 ? null : (
		<p><strong>{t("courier.next")}</strong> {steps.map((step) => `${word("next_step", step.action)}${dayOfStep(step)}`).join("; ")}</p>
	);
}

function FindCode({ took }: { took: (code: string) => void }) {
	return (
		<>
			<LabelFinder took={took} isMain />
			<CodeEntry took={took} />
		</>
	);
}

interface Beginning {
	begun: Delivering;
	change: (now: Delivering) => void;
	keep: (kind: string, data: Record<string, unknown>, pictures?: Delivering["pictures"]) => void;
}

function Item({ begun, change, keep }: Beginning) {
	const choose = (what: Delivering["what"]) => change({ ...begun, what, pictures: [] });
	const [known, setKnown] = useState<KnownItem | null>(null);
	useEffect(() => {
		call<KnownItem>("GET", `/v1/legs/${encodeURIComponent(begun.code)}`).then(setKnown, () => setKnown(null));
	}, [begun.code]);
	const leg = known?.legs.find(({ item_code }) => item_code === begun.code);
	return (
		<>
			<h2 class="code">{showItemCode(begun.code)}</h2>
			<Known known={known} leg={leg} />
			{begun.what === "" && (
				<div class="thumbs">
					<button type="button" class="main" onClick={() => choose("delivered")}>{t("courier.delivered")}</button>
					<button type="button" class="bad" onClick={() => choose("failed")}>{t("courier.failed")}</button>
					<button type="button" onClick={() => keep("out_for_delivery", {}, [])}>{label("events", "out_for_delivery")}</button>
				</div>
			)}
			{begun.what === "failed" && (
				<div class="thumbs" role="group" aria-label={t("courier.why")}>
					<ProofBoxes asked={["photo"]} pictures={begun.pictures} change={(pictures) => change({ ...begun, pictures })} />
					<h3>{t("courier.why")}</h3>
					{tokens("reasons").filter((reason) => !["A4", "RC", "OT"].includes(reason)).map((reason) => (
						<button key={reason} type="button" onClick={() => keep("delivery_failed", { reason })}>{label("reasons", reason)}</button>
					))}
				</div>
			)}
			{begun.what === "delivered" && <Delivery begun={begun} change={change} keep={keep} papers={leg ? leg.reclaim : null} pin={leg?.pin ?? "perhaps"} />}
			<p><button type="button" onClick={() => change(NOTHING)}>{t("courier.back")}</button></p>
		</>
	);
}

interface Receiver {
	name: string;
	phone: string | null;
	address: string | null;
}

interface KnownItem {
	receiver: Receiver | null;
	legs: KnownLeg[];
}

interface KnownLeg {
	item_code: string;
	kind: string;
	state: string;
	collect: number;
	reclaim: string[];
	pin: "none" | "needed" | "locked";
	redirected_to: Receiver | null;
}

function Known({ known, leg }: { known: KnownItem | null; leg: KnownLeg | undefined }) {
	const receiver = leg?.redirected_to ?? known?.receiver;
	return known && leg ? (
		<p>
			<strong>{label("leg_states", leg.state)}</strong> · {label("leg_kinds", leg.kind)}<br />
			{leg.redirected_to && <><strong>{t("courier.redirected")}</strong> </>}
			{[receiver?.name, receiver?.phone, receiver?.address].filter(Boolean).join(" · ")}
			{leg.collect > 0 && <><br /><strong>{t("courier.collect", { amount: new Intl.NumberFormat("vi-VN").format(leg.collect) })}</strong></>}
			{leg.reclaim.length > 0 && <><br /><strong>{t("courier.reclaim", { papers: leg.reclaim.join(", ") })}</strong></>}
		</p>
	) : <p class="quiet">{t("courier.not_known")}</p>;
}

function valuesOf(form: HTMLFormElement): Record<string, string> {
	return Object.fromEntries(Array.from(new FormData(form), ([name, value]) => [name, String(value)]));
}

/* Not shown while it is typed, as somebody looks on, and not kept with what is only begun. */
function PinBox({ pin }: { pin: KnownLeg["pin"] | "perhaps" }) {
	if (pin === "none" || pin === "locked") {
		return pin === "locked" ? <p class="problem">{t("courier.pin_locked")}</p> : null;
	}
	return (
		<label>{t(pin === "needed" ? "courier.pin" : "courier.pin_perhaps")}
			<input name="pin" type="password" required={pin === "needed"} title={t("courier.pin_wrong")} pattern="[0-9]{6}" maxLength={6} autocomplete="one-time-code" inputMode="numeric" />
		</label>
	);
}

/* @papers: what the agency wants back; null while the server could not be asked: then a sentence tells of it. */
function Delivery({ begun, change, keep, papers, pin }: Beginning & { papers: string[] | null; pin: KnownLeg["pin"] | "perhaps" }) {
	const { values, pictures } = begun;
	const relation = values.relation ?? "self";
	const submit = (event: SubmitEvent) => {
		event.preventDefault();
		const form = valuesOf(event.target as HTMLFormElement);
		const collected = Number(form.collected);
		const told = form.reclaimed?.trim();
		keep("delivered", {
			recipient: form.recipient.trim(), relation: form.relation, id_kind: form.id_kind, id_last4: form.id_last4.trim().toUpperCase(),
			...(form.relation === "self" ? {} : { authorisation: form.authorisation.trim() }),
			...(collected > 0 ? { collected } : {}),
			...(form.pin ? { pin: form.pin } : {}),
			...(papers && papers.length > 0 ? { reclaimed: papers.map((name, i) => ({ name, state: form[`paper${i}`] })) } : told ? { reclaimed: told } : {}),
		});
	};
	const typed = (event: Event & { currentTarget: HTMLFormElement }) => {
		const { pin: _, ...kept } = valuesOf(event.currentTarget);
		change({ ...begun, values: { ...values, ...kept } });
	};
	return (
		<form onSubmit={submit} onInput={typed} class="narrow">
			<label>{t("courier.recipient")}<input name="recipient" required maxLength={200} autocomplete="off" defaultValue={values.recipient} /></label>
			<label>{t("courier.relation")}
				<select name="relation" value={relation}>
					{RELATIONS.map((name) => <option key={name} value={name}>{t(`relation.${name}` as Word)}</option>)}
				</select>
			</label>
			{relation !== "self" && <label>{t("courier.authorisation")}<input name="authorisation" required maxLength={200} autocomplete="off" defaultValue={values.authorisation} /></label>}
			<label>{t("courier.id_kind")}
				<select name="id_kind" value={values.id_kind ?? ID_KINDS[0]}>{ID_KINDS.map((name) => <option key={name} value={name}>{t(`id_kind.${name}` as Word)}</option>)}</select>
			</label>
			<label>{t("courier.id_last4")}<input name="id_last4" required title={t("courier.id_last4_wrong")} pattern="[0-9A-Za-z]{4}" maxLength={4} autocomplete="off" inputMode="numeric" defaultValue={values.id_last4} /></label>
			<label>{t("courier.collected")}<input name="collected" type="number" min="0" step="1" inputMode="numeric" defaultValue={values.collected} /></label>
			{papers?.map((name, i) => (
				<label key={name}>{t("courier.paper", { name })}
					<select name={`paper${i}`} required value={values[`paper${i}`] ?? ""}>
						<option value="" />
						<option value="taken">{t("courier.paper_taken")}</option>
						<option value="lost">{t("courier.paper_lost")}</option>
					</select>
				</label>
			))}
			{!papers && <label>{t("courier.reclaimed")}<input name="reclaimed" maxLength={500} autocomplete="off" defaultValue={values.reclaimed} /></label>}
			<PinBox pin={pin} />
			<ProofBoxes asked={["signature", "photo"]} pictures={pictures} change={(taken) => change({ ...begun, pictures: taken })} />
			<button type="submit" class="main">{t("courier.finish")}</button>
		</form>
	);
}
