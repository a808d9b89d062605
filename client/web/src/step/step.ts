import { looksLikeCard } from "../base/id_card";
import { cleanPhone } from "../base/phone";
import { uuid7 } from "../base/uuid7";
import { cleanText } from "../intake/data";
import { readMoney } from "../intake/money";

/*
 * What an agency's officer says of a dossier, a supervisor in their place, and the post of an item outside its way (lost, found, to another
 * address), as it stands in the boxes of its form: text. The rules are the server's (daemon/model/step.c, dossier_step.c, scan.c, leg.c), so that an officer hears of it while the paper lies before them;
 * the server judges all the same. Pure.
 */
export type StepKind = "bind" | "bound" | "supplement_asked" | "due_changed" | "result_ready" | "result_new" | "declined" | "withdrawn" | "void" | "closed" | ItemKind;
export type ItemKind = "redirected" | "lost" | "found";
export type Field = "dossier_code" | "procedure" | "receiver_name" | "receiver_phone" | "receiver_address" | "received_on" | "due_on" | "content"
	| "result_kind" | "number" | "collect" | "reclaim" | "slip" | "void_reason" | "note" | "minutes" | "requester" | "next_office" | "fee";

export interface StepForm {
	eventId: string; // made with the form: however often it is pressed it is one step
	kind: StepKind;
	code: string; // the dossier's; the item's, when a code is bound to it; "": it is typed
	isStep: boolean; // false: a scan of the item
	target: string; // what a void takes back
	values: Partial<Record<Field, string>>;
	replaces: string; // the one that the server refused
	refusal: { field: string; text: string } | null;
	must?: Field[]; // what this one lacks without, beside what all of its kind do
}

/** Told - what has been said of a dossier, as much of it as the menu must know. */
export interface Told {
	dossier_code: string | null;
	status: string;
	receiver?: { name: string; phone: string | null } | null;
	legs: { item_code: string; kind: string; state?: string }[];
	events: { event_id: string; item_code: string; kind: string; occurred_at: string; verdict: string; actor: string; role: string; data?: Record<string, unknown> }[];
}

export const REQUIRED: Record<StepKind, Field[]> = {
	bind: ["dossier_code"], bound: [], supplement_asked: ["content"], due_changed: ["due_on"], result_ready: ["result_kind"],
	result_new: ["dossier_code", "procedure", "receiver_name", "result_kind"], declined: ["number"], withdrawn: [], void: ["void_reason"], closed: [],
	redirected: ["receiver_name", "receiver_address", "requester"], lost: ["note"], found: [],
};
export const FIELDS: Record<StepKind, Field[]> = {
	bind: ["dossier_code", "received_on", "due_on", "note"],
	bound: ["received_on", "due_on", "note"],
	supplement_asked: ["content", "number", "due_on", "note"],
	due_changed: ["due_on", "number", "note"],
	result_ready: ["result_kind", "number", "collect", "reclaim", "note"],
	result_new: ["dossier_code", "procedure", "receiver_name", "receiver_phone", "receiver_address", "result_kind", "number", "collect", "reclaim", "note"],
	declined: ["number", "content", "note"],
	withdrawn: ["slip", "note"],
	void: ["void_reason", "note"],
	closed: ["note"],
	redirected: ["receiver_name", "receiver_phone", "receiver_address", "requester", "next_office", "fee", "note"],
	lost: ["note", "minutes"],
	found: ["note"],
};
export const DATES: Field[] = ["received_on", "due_on"];
export const MONEY: Field[] = ["collect", "fee"];
export const LONG: Field[] = ["content", "reclaim", "note"];

const AT_AGENCY: StepKind[] = ["bound", "supplement_asked", "due_changed", "result_ready", "declined", "withdrawn"];
const NEXT: Record<string, StepKind[]> = {
	draft: ["bound", "result_ready"],
	with_post: ["bound", "supplement_asked", "result_ready", "declined", "withdrawn"],
	submitted: AT_AGENCY, received: AT_AGENCY, processing: AT_AGENCY, supplement: AT_AGENCY,
	result_delivered: ["result_ready"], result_undeliverable: ["result_ready"],
};
const CLOSABLE = ["draft", "with_post", "submitted", "received", "processing", "refused", "withdrawn", "result_delivered", "result_undeliverable"];
const ENDED = ["refused", "withdrawn", "closed"];
const ONCE: StepKind[] = ["supplement_asked", "due_changed"];
const GRACE_MS = 15 * 60_000; // so long the author may take it back
const COUNTED = ["recorded", "late"];

/** voidedOf - the ids of what was taken back. */
export function voidedOf({ events }: Told): Set<unknown> {
	return new Set(events.filter(({ kind, verdict }) => kind === "void" && COUNTED.includes(verdict)).map(({ data }) => data?.target));
}

function standing(told: Told): Told["events"] {
	const voided = voidedOf(told);
	return told.events.filter((event) => event.kind !== "void" && COUNTED.includes(event.verdict) && !voided.has(event.event_id));
}

/** saidOnce - what may be said once, and was: only a supervisor may say it again, and why. */
export function saidOnce(told: Told): StepKind[] {
	return ONCE.filter((kind) => standing(told).some((event) => event.kind === kind));
}

/** nextOf - what an officer may do next, as far as is known here; @isChief: a supervisor, who may also do again what is done once, and close. */
export function nextOf(told: Told, isChief = false): StepKind[] {
	if (told.dossier_code === null) {
		return ENDED.includes(told.status) || told.legs.length === 0 ? [] : ["bind"];
	}
	const next = NEXT[told.status] ?? [];
	if (isChief) {
		return CLOSABLE.includes(told.status) ? [...next, "closed"] : next;
	}
	const said = saidOnce(told);
	return next.filter((kind) => !said.includes(kind));
}

const CARRIED = ["accepted", "in_transit", "arrived", "out_for_delivery", "attempt_failed", "held", "returning"];
const OPEN = ["requested", "assigned", "pickup_failed", ...CARRIED];

/** nextOfItem - what may be said of an item in @state beside its way through the post; @isChief: a supervisor, who alone writes off and finds. */
export function nextOfItem(state: string, isChief: boolean): ItemKind[] {
	const next: [ItemKind, boolean][] = [["redirected", OPEN.includes(state)], ["lost", isChief && CARRIED.includes(state)], ["found", isChief && state === "lost"]];
	return next.filter(([, is]) => is).map(([kind]) => kind);
}

/** mustOf - what a supervisor has to add: why it is said again; the slip that whoever withdraws has shown. */
export function mustOf(kind: StepKind, told: Told): Field[] {
	return saidOnce(told).includes(kind) ? ["note"] : kind === "withdrawn" ? ["slip"] : [];
}

/** voidable - what a supervisor may take back, the last first: of whomever, whenever. */
export function voidable(told: Told): Told["events"] {
	return standing(told).reverse();
}

export function isRequired({ kind, must }: StepForm, field: Field): boolean {
	return REQUIRED[kind].includes(field) || (must ?? []).includes(field);
}

/** mayUndo - the last thing that @actor said of it, within the time for taking it back. */
export function mayUndo(told: Told, actor: string, nowMs: number): Told["events"][number] | null {
	const own = standing(told).filter((event) => event.role === "agency" && event.actor === actor && (event.item_code === "" || event.kind === "bound"));
	const last = own[own.length - 1];
	return last && nowMs - Date.parse(last.occurred_at) < GRACE_MS ? last : null;
}

/** mayUndoRedirect - the redirection that an item on its way stands under, when @actor recorded it, within the time for taking it back. */
export function mayUndoRedirect(told: Told, item: string, actor: string, nowMs: number): Told["events"][number] | null {
	const last = standing(told).filter(({ kind, item_code }) => kind === "redirected" && item_code === item).pop();
	const isOpen = OPEN.includes(told.legs.find(({ item_code }) => item_code === item)?.state ?? "");
	return last && isOpen && last.actor === actor && nowMs - Date.parse(last.occurred_at) < GRACE_MS ? last : null;
}

/** formOf - an empty one. */
export function formOf(kind: StepKind, told: Told | null, target: Told["events"][number] | null = null): StepForm {
	const item = target?.item_code || (kind === "bind" ? (told?.legs.find((leg) => leg.kind === "submit") ?? told?.legs[0])?.item_code : "");
	return { eventId: uuid7(), kind, code: item || (told?.dossier_code ?? ""), isStep: !item, target: target?.event_id ?? "", values: {}, replaces: "", refusal: null };
}

/** itemFormOf - of an item; it goes on to the same person, mostly, at another address. */
export function itemFormOf(kind: ItemKind, code: string, { receiver }: Told): StepForm {
	const phone = cleanPhone(receiver?.phone ?? ""); // what is masked is none
	return { ...formOf(kind, null), code, isStep: false, values: kind === "redirected" && receiver ? { receiver_name: receiver.name, ...(phone && { receiver_phone: phone }) } : {} };
}

function textOf(form: StepForm, field: Field): string {
	return cleanText(form.values[field] ?? "");
}

/* ── what is wrong ────────────────────────────────────────────────────────────────────────────────────── */

const CODE = /^[A-Z0-9][A-Z0-9./-]{4,59}$/;
const ITEM = /^[A-Z]{2}[0-9]{9}[A-Z]{2}$/;
const WORD_MAX = 200;
const NOTE_MAX = 2000;
const BYTES_MAX: Partial<Record<Field, number>> = { receiver_name: 480, receiver_address: 1200, content: NOTE_MAX, reclaim: NOTE_MAX, note: NOTE_MAX };
const encoder = new TextEncoder();

export function readDossierCode(text: string): string {
	return text.replace(/\s/g, "").toUpperCase();
}

/** isDossierCode - of a code as readDossierCode() gives it. */
export function isDossierCode(code: string): boolean {
	return CODE.test(code) && /[0-9]/.test(code) && !ITEM.test(code);
}

function wrongText(field: Field, text: string): string {
	if (looksLikeCard(text)) {
		return "card_here";
	}
	if (field === "receiver_name" && /^[0-9]/.test(text)) {
		return "no_name";
	}
	return encoder.encode(text).length > (BYTES_MAX[field] ?? WORD_MAX) ? "too_long" : "";
}

/* A year of which half is typed is a date for the browser. */
function wrongDate(form: StepForm, field: Field, day: string, today: string): string {
	if (!/^20[0-9]{2}-/.test(day)) {
		return "date";
	}
	if (field === "received_on") {
		return day > today ? "received_later" : "";
	}
	const received = form.values.received_on ?? "";
	return form.kind === "due_changed" && day < today ? "due_over" : received !== "" && day < received ? "due_before_received" : "";
}

function wrongIn(form: StepForm, field: Field, today: string): string {
	const text = textOf(form, field);
	if (text === "") {
		return isRequired(form, field) ? `${field}_missing` : "";
	}
	switch (field) {
		case "dossier_code":
			return isDossierCode(readDossierCode(text)) ? "" : "dossier_code";
		case "received_on":
		case "due_on":
			return wrongDate(form, field, text, today);
		case "collect":
		case "fee":
			return readMoney(text) === null ? "amount" : "";
		case "receiver_phone":
			return cleanPhone(text) === "" ? "phone" : "";
		default:
			return wrongText(field, text);
	}
}

/** check - field → token of the sentence, "wrong.*" in the words; empty when it may be recorded. */
export function check(form: StepForm, today: string): Map<string, string> {
	const wrong = new Map<string, string>();
	for (const field of FIELDS[form.kind]) {
		const token = wrongIn(form, field, today);
		if (token) {
			wrong.set(field, token);
		}
	}
	return wrong;
}

/** fieldOf - where a refusal of the server belongs; "": to the whole form. */
export function fieldOf(kind: StepKind, member: string, token: string): string {
	const named = ({ code_taken: "dossier_code", bad_dossier_code: "dossier_code", unknown_procedure: "procedure" } as Record<string, string>)[token]
		?? ({ receiver: "receiver_name" } as Record<string, string>)[member] ?? member;
	return (FIELDS[kind] as string[]).includes(named) ? named : "";
}

/* ── what is sent ─────────────────────────────────────────────────────────────────────────────────────── */

function receiverOf(form: StepForm): Record<string, string> {
	const found = { name: textOf(form, "receiver_name"), phone: cleanPhone(textOf(form, "receiver_phone")), address: textOf(form, "receiver_address") };
	return Object.fromEntries(Object.entries(found).filter(([, text]) => text !== ""));
}

/** scanOf - of a form that check() found nothing wrong with. */
export function scanOf(form: StepForm): { eventId: string; code: string; isStep: boolean; kind: string; data: Record<string, unknown>; replaces: string } {
	const { eventId, isStep, target, replaces } = form;
	const data: Record<string, unknown> = target ? { target } : {};
	for (const field of FIELDS[form.kind]) {
		const text = textOf(form, field);
		if (text !== "" && !field.startsWith("receiver_") && (field !== "dossier_code" || form.kind === "bind")) {
			data[field] = MONEY.includes(field) ? readMoney(text) : field === "dossier_code" ? readDossierCode(text) : text;
		}
	}
	if (form.kind === "result_new" || form.kind === "redirected") {
		data.receiver = receiverOf(form);
	}
	const kind = form.kind === "bind" ? "bound" : form.kind === "result_new" ? "result_ready" : form.kind;
	return { eventId, code: form.code || readDossierCode(textOf(form, "dossier_code")), isStep, kind, data, replaces };
}
