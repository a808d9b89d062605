import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { ring } from "../base/bell";
import { atItsBox, call, Problem } from "../base/call";
import { dayOf, showClock, showDay } from "../base/day";
import { check, codesIn, type Courier, type Field, fieldOf, fieldsOf, isRequired, LISTS, requestOf, type Slot, type VisitForm, windowOf } from "../visit/booking";
import { useWedge } from "../scan/use_wedge";
import { label, tokens } from "../words/labels";
import { showDate, t, word } from "../words/words";
import { Choice, idOf, JudgedContext, LongBox, TextBox } from "./intake_field";
import { usePress } from "./press";
import { Procedures } from "./result";
import { wordsOf } from "./sign_in";

/* The form of one booking or change. A window is chosen among those that are free; the server gives it or says why not. */
export function windowWords({ window_from, window_to, out_of_hours }: { window_from: string; window_to: string; out_of_hours: boolean }): string {
	return `${showClock(window_from)}–${showClock(window_to)}${out_of_hours ? ` (${t("booking.out_of_hours")})` : ""}`;
}

/* Null: being asked. */
function useSlots(day: string, turn: number): { slots: Slot[] | null; problem: string } {
	const [known, setKnown] = useState<{ day: string; slots: Slot[] | null; problem: string }>({ day: "", slots: null, problem: "" });
	useEffect(() => {
		if (!day) {
			return;
		}
		let isWanted = true;
		call<{ slots: Slot[] }>("GET", `/v1/visits/slots?day=${day}`).then(({ slots }) => ({ day, slots: slots.filter(({ free }) => free > 0), problem: "" }),
			(error) => ({ day, slots: null, problem: wordsOf(error) })).then((now) => isWanted && setKnown(now));
		return () => { isWanted = false; };
	}, [day, turn]);
	return known.day === day ? known : { slots: null, problem: "" };
}

/* A window without a seat is nobody's: what was chosen and is not free any more is chosen anew. */
function WindowBox({ form, set, turn }: { form: VisitForm; set: (value: string) => void; turn: number }) {
	const { slots, problem } = useSlots(form.values.day ?? "", turn);
	const options = (slots ?? []).map((slot): [string, string] => [windowOf(slot), t("booking.slot", { window: windowWords(slot), n: slot.free })]);
	useEffect(() => {
		if (slots && form.values.window && !options.some(([value]) => value === form.values.window)) {
			set("");
		}
	}, [slots]);
	const hint = problem || (slots === null ? t("loading") : slots.length === 0 ? t("booking.no_slot") : undefined);
	return <Choice field="window" words={word("visit_field", "window")} value={form.values.window ?? ""} set={set} options={[["", ""], ...options]} hint={hint} />;
}

/* Whom the API knows for that window; null: being asked; a word of failure: an account is typed then, which the server judges. */
function useCouriers(form: VisitForm, own: string, turn: number): Courier[] | null | "unknown" {
	const [known, setKnown] = useState<Courier[] | null | "unknown">(null);
	const [from, to] = (form.values.window || own).split("|");
	useEffect(() => {
		let isWanted = true;
		const path = `/v1/visits/couriers?from=${encodeURIComponent(from)}&to=${encodeURIComponent(to)}&visit=${form.visit}`;
		call<{ items: Courier[] }>("GET", path).then(({ items }) => isWanted && setKnown(items), () => isWanted && setKnown("unknown"));
		return () => { isWanted = false; };
	}, [from, to, turn]);
	return known;
}

function courierOptions(couriers: Courier[], value: string): [string, string][] {
	const sayOf = ({ account, name, office, busy }: Courier) => t(busy ? "booking.courier_busy" : "booking.courier_free", { name, account, office: office.name });
	const options = [...couriers].sort((one, other) => Number(one.busy) - Number(other.busy)).map((one): [string, string] => [one.account, sayOf(one)]);
	const isGone = value !== "" && !couriers.some(({ account }) => account === value);
	return [["", ""], ...(isGone ? [[value, value] as [string, string]] : []), ...options];
}

/* One kind of box from its first frame until it fails: what changes under the hand takes the focus and a half-typed name with it. */
function CourierBox({ form, own, set, turn }: { form: VisitForm; own: string; set: (value: string) => void; turn: number }) {
	const couriers = useCouriers(form, own, turn);
	const words = `${word("visit_field", "courier")}${isRequired(form, "courier") ? "" : ` ${t("intake.optional")}`}`;
	const value = form.values.courier ?? "";
	const hadFocus = document.activeElement?.id === idOf("courier");
	useLayoutEffect(() => {
		if (hadFocus) {
			document.getElementById(idOf("courier"))?.focus();
		}
	}, [couriers === "unknown"]);
	if (couriers === "unknown") {
		return <TextBox field="courier" words={`${words} (${t("booking.by_account")})`} value={value} set={set} isRequired={isRequired(form, "courier")} />;
	}
	const hint = couriers === null ? t("loading") : couriers.length === 0 ? t("booking.no_courier") : undefined;
	return <Choice field="courier" words={words} value={value} set={set} options={courierOptions(couriers ?? [], value)} hint={hint} />;
}

const CHOICES: Partial<Record<Field, () => [string, string][]>> = {
	kind: () => tokens("visit_kinds").map((kind) => [kind, label("visit_kinds", kind)]),
	reason: () => ["", ...tokens("visit_reasons")].map((reason) => [reason, reason && label("visit_reasons", reason)]),
	wished_by: () => ["", ...tokens("visit_wishes")].map((wish) => [wish, wish && label("visit_wishes", wish)]),
};

function Box({ form, field, own, set, turn }: { form: VisitForm; field: Field; own: string; set: (value: string) => void; turn: number }) {
	const isDue = isRequired(form, field);
	const box = { field, words: `${word("visit_field", field)}${isDue ? "" : ` ${t("intake.optional")}`}`, value: form.values[field] ?? "", set, isRequired: isDue };
	const options = CHOICES[field];
	if (field === "window") {
		return <WindowBox form={form} set={set} turn={turn} />;
	}
	if (field === "courier") {
		return <CourierBox form={form} own={own} set={set} turn={turn} />;
	}
	if (options) {
		return <Choice {...box} options={options()} />;
	}
	if (field === "note" || LISTS.includes(field)) {
		return <LongBox {...box} />;
	}
	return <TextBox {...box} isDate={field === "day"} hint={field === "day" && box.value ? showDate(box.value) : undefined}
		list={field === "procedure" ? "procedures" : undefined} />;
}

interface Refusal {
	field: string;
	text: string;
	next: Slot[];
}

/* Without an answer nobody knows whether it was kept: the same again is the same, and another under its id is refused. */
function refusalOf(form: VisitForm, error: unknown): Refusal {
	if (!(error instanceof Problem) || error.token === "network" || error.status >= 500) {
		return { field: "", text: t("booking.not_recorded", { why: wordsOf(error) }), next: [] };
	}
	if (error.token === "key_reuse") {
		return { field: "", text: t("booking.was_kept"), next: [] };
	}
	return { field: fieldOf(form.action, error.member, error.token), text: t("intake.server_says", { text: atItsBox(error.detail, error.member) }), next: (error.next as Slot[] | null) ?? [] };
}

function useVisit(first: VisitForm, done: (words: string, day: string) => void, again: () => void) {
	const [form, setForm] = useState(first);
	const [refusal, setRefusal] = useState<Refusal | null>(null);
	const [turn, setTurn] = useState(0);
	const wrong = check(form);
	const change = (values: VisitForm["values"]) => {
		setForm((now) => ({ ...now, values: { ...now.values, ...("day" in values ? { window: "" } : {}), ...values } }));
		setRefusal((now) => (now && (now.field === "" || values[now.field as Field]) ? null : now)); // what is only emptied is still refused
	};
	/* What the scanner typed into a box has been taken out of it since it was drawn last: only the newest state tells what is there. */
	const add = (list: Field, code: string) => setForm((now) => {
		const before = now.values[list] ?? "";
		return codesIn(list, before).includes(code) ? now : { ...now, values: { ...now.values, [list]: [before.trim(), code].filter(Boolean).join("\n") } };
	});
	const send = async () => {
		const { path, body } = requestOf(form);
		try {
			const line = await call<{ window_from: string; window_to: string; out_of_hours: boolean }>("POST", path, body);
			const day = dayOf(line.window_from);
			done(t("booking.done", { what: word("visit_act", form.action), window: windowWords(line), day: showDay(day) }), day);
		} catch (error) {
			ring("trouble");
			const refused = refusalOf(form, error);
			setRefusal(refused);
			release();
			if (refused.field === "window" || refused.field === "courier") {
				setTurn((n) => n + 1); // which are free has changed
			}
			again();
		}
	};
	const { isPressed, submit, release } = usePress(wrong, send);
	return { form, refusal, isPressed, wrong, turn, change, add, submit };
}

interface BoxesProps {
	first: VisitForm;
	own: string; // the window that it has; "": none yet
	done: (words: string, day: string) => void;
	again: () => void;
	leave: () => void;
}

export function VisitBoxes({ first, own, done, again, leave }: BoxesProps) {
	const { form, refusal, isPressed, wrong, turn, change, add, submit } = useVisit(first, done, again);
	const element = useRef<HTMLFormElement>(null);
	useLayoutEffect(() => element.current?.querySelector<HTMLElement>("input, select, textarea")?.focus(), []);
	useWedge((scan) => {
		const list = LISTS.find((field) => document.activeElement?.id === idOf(field)) ?? (form.values.kind === "return" ? "returns" : "items");
		if (scan.kind === "code" && fieldsOf(form).includes(list)) {
			add(list, scan.code);
		} else {
			ring("trouble");
		}
	});
	const press = () => void submit().then(() => setTimeout(() => element.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus()));
	return (
		<JudgedContext.Provider value={{ form: { refusal }, wrong, isPressed }}>
			<form ref={element} class="step" noValidate aria-label={word("visit_act", form.action)} onSubmit={(event) => { event.preventDefault(); press(); }}
				onKeyDown={(event) => { if (event.key === "Enter" && event.ctrlKey) { event.preventDefault(); press(); } }}>
				<h3>{word("visit_act", form.action)}</h3>
				{fieldsOf(form).map((field) => <Box key={field} form={form} field={field} own={own} set={(value) => change({ [field]: value })} turn={turn} />)}
				{form.action === "book" && <Procedures />}
				<p class="problem" role="alert">{refusal?.field === "" ? refusal.text : isPressed && wrong.size > 0 ? t("booking.wrong_count", { n: wrong.size }) : ""}</p>
				{refusal && refusal.next.length > 0 && (
					<div class="row" role="group" aria-label={t("booking.next")}>
						<p>{t("booking.next")}</p>
						{refusal.next.map((slot) => (
							<button key={slot.window_from} type="button" onClick={() => change({ day: dayOf(slot.window_from), window: windowOf(slot) })}>{windowWords(slot)}, {showDay(dayOf(slot.window_from))}</button>
						))}
					</div>
				)}
				<div class="row">
					<button type="submit" class="main">{t("booking.record")}</button>
					<button type="button" onClick={leave}>{t("steps.leave")}</button>
				</div>
			</form>
		</JudgedContext.Provider>
	);
}
