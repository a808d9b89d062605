import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { countUnsent, state } from "../app";
import { ring } from "../base/bell";
import { atItsBox } from "../base/call";
import { today } from "../base/day";
import { showItemCode } from "../base/item_code";
import { uuid7 } from "../base/uuid7";
import { recordStep, whyNotKept } from "../queue/record";
import { drop, type Waiting, waiting } from "../queue/store";
import { askCatalogue, type Entry } from "../intake/catalogue";
import { check, DATES, type Field, FIELDS, fieldOf, formOf, isRequired, itemFormOf, LONG, mayUndo, mayUndoRedirect, MONEY, mustOf, nextOf, nextOfItem, saidOnce, scanOf, type StepForm, type Told, voidable } from "../step/step";
import { useDraft } from "../step/use_draft";
import { label } from "../words/labels";
import { showDate, showTime, t, type Word, word } from "../words/words";
import { type BoxProps, Choice, JudgedContext, LongBox, TextBox } from "./intake_field";
import { SessionEnded } from "./session_ended";
import { type Fate, isGood, useFate } from "./slip";
import { verdictWords } from "./scan_session";

/*
 * What an agency's officer says of a dossier, a supervisor for them or for the post, a clerk of an item: what may be said next, a small form for it, and what became of it. What is
 * pressed is on this device's disk first, and goes the way of the scans: without a network it is sent later, once.
 */
const isChief = () => state.session?.role === "supervisor";
const isPost = () => state.session?.role !== "agency"; // who says something of an item, too
const isOfDossier = () => state.session?.role !== "clerk";
const ITEM_KINDS = ["redirected", "lost", "found"];

/* A supervisor takes back what anybody has recorded. */
function nameOf({ kind, code }: StepForm): string {
	return kind === "void" && isChief() ? t("steps.void") : `${word("step", kind)}${ITEM_KINDS.includes(kind) ? `: ${showItemCode(code)}` : ""}`;
}

export function Steps({ dossier, changed }: { dossier: Told; changed: () => void }) {
	const [form, setForm] = useDraft<StepForm | null>(dossier.dossier_code ?? dossier.legs[0]?.item_code ?? "", () => null);
	const [sent, setSent] = useState<StepForm | null>(null);
	const unanswered = useUnanswered(dossier);
	const own = sent?.eventId ?? form?.replaces;
	const isWaiting = (line: Waiting) => line.state === "waiting";
	const choose = (chosen: StepForm) => {
		setSent(null);
		setForm(chosen);
	};
	return (
		<section>
			<h2>{t(isChief() ? "steps.title_chief" : isPost() ? "steps.title_clerk" : "steps.title")}</h2>
			<SessionEnded />
			{sent && <Sent key={sent.eventId} form={sent} settled={changed} refused={(fate) => { setForm(mended(sent, fate)); setSent(null); changed(); }} />}
			<Unanswered lines={unanswered.filter(({ event_id }) => event_id !== own)} />
			{form
				? <StepBoxes key={form.eventId} form={form} change={setForm} taken={() => { setSent(form); setForm(null); }} leave={() => { void giveUp(form); setForm(null); }} />
				: (
					<>
						{isOfDossier() && <Menu dossier={dossier} waits={unanswered.filter(isWaiting).map(({ kind }) => kind)} choose={choose} />}
						{isPost() && <ItemMenu dossier={dossier} waits={unanswered.filter(isWaiting)} choose={choose} />}
					</>
				)}
		</section>
	);
}

/** mended - the same step again, as another one: the server has the first one's id. */
export function mended(form: StepForm, fate: Fate): StepForm {
	const field = fieldOf(form.kind, fate.member, fate.why);
	return { ...form, eventId: uuid7(), replaces: form.eventId, refusal: { field, text: t("intake.server_says", { text: atItsBox(fate.detail, fate.member) }) } };
}

/* Who leaves the form has read why the server refused it. */
async function giveUp({ replaces }: StepForm): Promise<void> {
	const refused = replaces ? (await waiting(state.session?.account)).find(({ event_id }) => event_id === replaces) : undefined;
	if (refused) {
		await drop(refused);
		await countUnsent();
	}
}

/* What waits to be sent is not offered again: whoever comes back to the screen would record it twice. */
function Menu({ dossier, waits, choose }: { dossier: Told; waits: string[]; choose: (form: StepForm) => void }) {
	const possible = nextOf(dossier, isChief());
	const next = possible.filter((kind) => !waits.includes(kind === "bind" ? "bound" : kind));
	const said = saidOnce(dossier);
	const last = waits.length > 0 || isChief() ? null : mayUndo(dossier, state.session?.name ?? "", Date.now());
	return (
		<>
			{dossier.dossier_code === null && next.length > 0 && <p>{t("steps.bind_first")}</p>}
			{possible.length === 0 && <p>{t(isChief() ? "steps.none_chief" : "steps.none", { status: label("dossier_statuses", dossier.status) })}</p>}
			<div class="row">
				{next.map((kind) => <button key={kind} type="button" onClick={() => choose({ ...formOf(kind, dossier), must: isChief() ? mustOf(kind, dossier) : [] })}>{word("step", kind)}</button>)}
				{last && <button type="button" onClick={() => choose(formOf("void", dossier, last))}>{t("steps.undo", { what: label("events", last.kind) })}</button>}
			</div>
			{next.length > 0 && said.map((kind) => <p key={kind} class="hint">{isChief() ? t("steps.again", { what: word("step", kind) }) : t(`once.${kind}` as Word)}</p>)}
			{isChief() && waits.length === 0 && <Voidable dossier={dossier} choose={choose} />}
		</>
	);
}

/* Item by item: what may happen to it beside its way through the post. */
function ItemMenu({ dossier, waits, choose }: { dossier: Told; waits: Waiting[]; choose: (form: StepForm) => void }) {
	const isWaiting = (code: string, kind: string) => waits.some((line) => line.code === code && line.kind === kind);
	const undoOf = (code: string) => isChief() || isWaiting(code, "void") ? null : mayUndoRedirect(dossier, code, state.session?.name ?? "", Date.now());
	const legs = dossier.legs.map((leg) => ({ ...leg, undo: undoOf(leg.item_code), next: nextOfItem(leg.state ?? "", isChief()).filter((kind) => !isWaiting(leg.item_code, kind)) }))
		.filter(({ next, undo }) => next.length > 0 || undo);
	if (legs.length === 0) {
		return isChief() ? null : <p>{t("steps.none_items")}</p>;
	}
	return (
		<>
			{legs.map(({ item_code, kind: leg, next, undo }) => (
				<div key={item_code} class="row" role="group" aria-label={showItemCode(item_code)}>
					<p><span class="code">{showItemCode(item_code)}</span><br />{label("leg_kinds", leg)}</p>
					{next.map((kind) => <button key={kind} type="button" aria-label={`${word("step", kind)}: ${showItemCode(item_code)}`} onClick={() => choose(itemFormOf(kind, item_code, dossier))}>{word("step", kind)}</button>)}
					{undo && <button type="button" aria-label={`${t("steps.undo_redirect")}: ${showItemCode(item_code)}`} onClick={() => choose(formOf("void", dossier, undo))}>{t("steps.undo_redirect")}</button>}
				</div>
			))}
		</>
	);
}

/* What anybody has recorded of it or of its items, the last first. */
function Voidable({ dossier, choose }: { dossier: Told; choose: (form: StepForm) => void }) {
	const [chosen, setChosen] = useState("");
	const events = voidable(dossier);
	const target = events.find(({ event_id }) => event_id === chosen);
	const sayOf = ({ kind, item_code, occurred_at, actor }: Told["events"][number]) => [item_code || kind !== "bound" ? label("events", kind) : word("step", kind), showTime(occurred_at), actor, item_code].filter(Boolean).join(" · ");
	return events.length === 0 ? null : (
		<div class="row">
			<label>{t("steps.which")}
				<select value={chosen} onChange={(event) => setChosen(event.currentTarget.value)}>
					<option value="" />
					{events.map((event) => <option key={event.event_id} value={event.event_id}>{sayOf(event)}</option>)}
				</select>
			</label>
			<button type="button" disabled={!target} onClick={() => target && choose(formOf("void", dossier, target))}>{t("steps.void")}</button>
		</div>
	);
}

/* ── the form ─────────────────────────────────────────────────────────────────────────────────────────── */

function Box({ form, field, set }: { form: StepForm; field: Field; set: (value: string) => void }) {
	const isDue = isRequired(form, field);
	const name = form.kind === "redirected" && field.startsWith("receiver_") ? `new_${field}` : field;
	const box = { field, words: `${word("step_field", name)}${isDue ? "" : ` ${t("intake.optional")}`}`, value: form.values[field] ?? "", set, isRequired: isDue };
	if (field === "void_reason") {
		return <Choice {...box} options={["", "did_not_occur", "incorrect_data"].map((reason) => [reason, reason && word("void_reason", reason)])} />;
	}
	if (field === "next_office") {
		return <OfficeBox {...box} />;
	}
	if (LONG.includes(field)) {
		return <LongBox {...box} />;
	}
	const isDate = DATES.includes(field);
	const hint = field === "fee" ? t("steps.fee_about") : isDate && box.value ? showDate(box.value) : undefined;
	return <TextBox {...box} isDate={isDate} hint={hint} isNumber={MONEY.includes(field)} list={field === "procedure" ? "procedures" : undefined} class={field === "dossier_code" ? "label" : ""} />;
}

/* An office that nobody knows would be told nothing: it is chosen, or left open. */
function OfficeBox(box: BoxProps) {
	const [offices, setOffices] = useState<Entry[] | null>(null);
	useEffect(() => void askCatalogue().then((known) => setOffices(known?.body.offices ?? []), () => setOffices([])), []);
	const known = (offices ?? []).map(({ code, name }): [string, string] => [code, `${code} ${name}`]);
	const isGone = box.value !== "" && !known.some(([code]) => code === box.value);
	return <Choice {...box} hint={offices === null ? t("loading") : undefined} options={[["", ""], ...(isGone ? [[box.value, box.value] as [string, string]] : []), ...known]} />;
}

function useStep(form: StepForm, taken: () => void) {
	const [isPressed, setPressed] = useState(false);
	const [problem, setProblem] = useState("");
	const isBusy = useRef(false);
	const wrong = check(form, today());
	const submit = async (): Promise<boolean> => {
		if (isBusy.current) {
			return true;
		}
		setPressed(true);
		if (wrong.size > 0) {
			ring("trouble");
			return false;
		}
		isBusy.current = true;
		try {
			await recordStep(scanOf(form));
			taken();
		} catch (error) {
			setProblem(whyNotKept(error, "steps.no_room"));
		}
		isBusy.current = false;
		return true;
	};
	return { isPressed, problem, wrong, submit };
}

/** StepBoxes - one form; what is typed stays until it is on the disk. */
export function StepBoxes({ form, change, taken, leave }: { form: StepForm; change: (form: StepForm) => void; taken: () => void; leave: (() => void) | null }) {
	const { isPressed, problem, wrong, submit } = useStep(form, taken);
	const element = useRef<HTMLFormElement>(null);
	const focusWrong = () => setTimeout(() => element.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus());
	useLayoutEffect(() => {
		(element.current?.querySelector<HTMLElement>("[aria-invalid=true]") ?? element.current?.querySelector<HTMLElement>("input, select, textarea"))?.focus();
	}, []);
	const set = (field: Field) => (value: string) =>
		change({ ...form, values: { ...form.values, [field]: value }, refusal: form.refusal?.field === field ? null : form.refusal });
	const press = () => void submit().then((isDone) => isDone || focusWrong());
	return (
		<JudgedContext.Provider value={{ form, wrong, isPressed }}>
			<form ref={element} class="step" noValidate aria-label={nameOf(form)} onSubmit={(event) => { event.preventDefault(); press(); }}
				onKeyDown={(event) => { if (event.key === "Enter" && event.ctrlKey) { event.preventDefault(); press(); } }}>
				<h3>{nameOf(form)}</h3>
				<p class="hint">{form.kind === "void" && isChief() ? t("steps.void_about") : (form.must ?? []).includes("note") ? t("steps.again", { what: nameOf(form) }) : word("step_about", form.kind)}</p>
				{FIELDS[form.kind].map((field) => <Box key={field} form={form} field={field} set={set(field)} />)}
				<p class="problem" role="alert">{problem || (isPressed && wrong.size > 0 ? t("intake.wrong_count", { n: wrong.size }) : form.refusal?.field === "" ? form.refusal.text : "")}</p>
				<div class="row">
					<button type="submit" class="main">{t("steps.record")}</button>
					{leave && <button type="button" onClick={leave}>{t("steps.leave")}</button>}
				</div>
			</form>
		</JudgedContext.Provider>
	);
}

/* ── what became of it ────────────────────────────────────────────────────────────────────────────────── */

/** Sent - followed from the disk to the server's answer. */
export function Sent({ form, settled, refused }: { form: StepForm; settled: () => void; refused: (fate: Fate) => void }) {
	const fate = useFate(form.eventId);
	const place = useRef<HTMLElement>(null);
	const verdict = fate?.verdict ?? "waiting";
	useLayoutEffect(() => place.current?.focus(), []);
	useEffect(() => {
		if (fate && verdict === "failed") {
			refused(fate);
		} else if (verdict !== "waiting") {
			settled();
		}
	}, [verdict]);
	const isFine = isGood(verdict) || verdict === "duplicate";
	return (
		<section ref={place} tabIndex={-1} class={isFine ? "done" : "problem"} role="status">
			<p class={`verdict-${verdict}`}><strong>{verdict === "waiting" ? t("steps.kept") : verdictWords(verdict)}</strong>: {nameOf(form)} {fate?.detail}</p>
			{verdict === "waiting" && <p>{t(state.send.state === "offline" ? "steps.offline" : "steps.sending")}</p>}
		</section>
	);
}

/* Of this dossier: what this device has not sent yet, or what the server refused. */
function useUnanswered(dossier: Told): Waiting[] {
	const [lines, setLines] = useState<Waiting[]>([]);
	const codes = [dossier.dossier_code, ...dossier.legs.map(({ item_code }) => item_code)];
	useEffect(() => void waiting(state.session?.account).then((all) => setLines(all.filter((line) => codes.includes(line.code)))), [state.unsent, state.send, dossier]);
	return lines;
}

function Unanswered({ lines }: { lines: Waiting[] }) {
	return lines.length === 0 ? null : (
		<section class="warning">
			<p>{t("steps.unanswered")}</p>
			<ul>
				{lines.map((line) => <li key={line.event_id}>{label("events", line.kind)} · {showTime(line.occurred_at)} · <strong>{verdictWords(line.state)}</strong> {line.problem}</li>)}
			</ul>
			<p><a href="#/unsent">{t("unsent.title_agency")}</a></p>
		</section>
	);
}
