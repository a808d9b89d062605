import { looksLikeCard } from "../base/id_card";
import { cleanPhone } from "../base/phone";
import { uuid7 } from "../base/uuid7";
import { readItemCode } from "../base/item_code";
import { cleanText } from "../intake/data";
import { isDossierCode, readDossierCode } from "../step/step";

/*
 * What a clerk books for a citizen on the telephone, and what becomes of a booked visit: forms as they stand in the boxes,
 * what is wrong with them, what is sent. A seat is the server's to give, so nothing of this waits on the device. Pure.
 */
export type Action = "book" | "assign" | "move" | "cancel";
export type Field = "kind" | "name" | "phone" | "address" | "procedure" | "day" | "window" | "courier" | "reason" | "wished_by" | "note" | "items" | "returns" | "dossiers";

export interface VisitForm {
	id: string; // made with the form: however often it is pressed it is one booking, or one change
	action: Action;
	visit: string; // "": it is being booked
	values: Partial<Record<Field, string>>;
}

export interface Slot {
	window_from: string;
	window_to: string;
	free: number;
	out_of_hours: boolean;
}

/** Courier - somebody whom a visit may be given to; busy: has another one in its window. */
export interface Courier {
	account: string;
	name: string;
	office: { code: string; name: string };
	busy: boolean;
}

export interface Visit {
	id: string;
	kind: string;
	state: string;
	window_from: string;
	window_to: string;
	out_of_hours: boolean;
	courier: { account: string; name: string } | null;
	person: { name: string; phone: string | null; address: string | null };
	procedures: string[];
	dossiers: string[];
	items: { code: string; way: "pickup" | "return"; scanned: boolean }[];
	note: string | null;
	missed: boolean;
}

export const FIELDS: Record<Action, Field[]> = {
	book: ["name", "phone", "address", "kind", "procedure", "day", "window", "items", "returns", "dossiers", "note"],
	assign: ["courier"],
	move: ["day", "window", "reason", "wished_by", "courier", "note"],
	cancel: ["reason", "wished_by", "note"],
};
const OPTIONAL: Field[] = ["procedure", "note", "items", "returns", "dossiers"];
/* Codes, one a line: labels that were handed out, items to be brought, dossiers that it is about. */
export const LISTS: Field[] = ["items", "returns", "dossiers"];
const LIST_MAX = 20;
const NOTE_MAX = 2000;
const BYTES_MAX: Partial<Record<Field, number>> = { name: 480, address: 1200, note: NOTE_MAX };
const WORD_MAX = 200;
const encoder = new TextEncoder();

/** fieldsOf - the boxes of a form: what is fetched has labels, what is brought has codes. */
export function fieldsOf({ action, values }: VisitForm): Field[] {
	const hidden = values.kind === "pickup" ? ["returns"] : values.kind === "return" ? ["items"] : values.kind === "guidance" ? ["returns"] : [];
	return FIELDS[action].filter((field) => !hidden.includes(field));
}

/** codesIn - of a list's box: how each is written, null for what is no code. */
export function codesIn(field: Field, text: string): (string | null)[] {
	const lines = text.split(/[\n,;]+/).map((line) => line.trim()).filter(Boolean);
	if (field === "dossiers") {
		return lines.map(readDossierCode).map((code) => (isDossierCode(code) ? code : null));
	}
	return lines.map((line) => readItemCode(line)).map((reading) => (reading.kind === "code" ? reading.code : null));
}

function wrongList(form: VisitForm, field: Field): string {
	const codes = codesIn(field, form.values[field] ?? "");
	const other = field === "dossiers" ? [] : codesIn(field, fieldsOf(form).includes("items") && field === "returns" ? (form.values.items ?? "") : "");
	if (codes.includes(null)) {
		return field === "dossiers" ? "dossier_codes" : "item_codes";
	}
	const all = [...codes, ...other];
	return new Set(all).size < all.length ? "codes_twice" : all.length > LIST_MAX ? "codes_many" : "";
}

export function isRequired(form: VisitForm, field: Field): boolean {
	if (field === "procedure" && fieldsOf(form).includes("items") && (form.values.items ?? "").trim() !== "") {
		return true; // the label's first event says it
	}
	return !OPTIONAL.includes(field) && !(form.action === "move" && field === "courier");
}

/** actionsOf - what a clerk may do with a visit in this state. */
export function actionsOf(state: string): Action[] {
	return ["booked", "assigned", "started"].includes(state) ? ["assign", "move", "cancel"] : [];
}

export function formOf(action: Action, day: string, visit: Visit | null = null): VisitForm {
	return { id: uuid7(), action, visit: visit?.id ?? "", values: { day, kind: "pickup", courier: visit?.courier?.account ?? "" } };
}

export function windowOf({ window_from, window_to }: { window_from: string; window_to: string }): string {
	return `${window_from}|${window_to}`;
}

function wrongIn(form: VisitForm, field: Field): string {
	const text = cleanText(form.values[field] ?? "");
	if (text === "") {
		const isNoteDue = field === "note" && form.values.reason === "other" && form.action !== "book";
		return isRequired(form, field) || isNoteDue ? `visit_${field}_missing` : "";
	}
	if (LISTS.includes(field)) {
		return wrongList(form, field);
	}
	if (field === "phone") {
		return cleanPhone(text) === "" ? "phone" : "";
	}
	if (looksLikeCard(text) && field !== "window") {
		return "card_here";
	}
	if (field === "name" && /^[0-9]/.test(text)) {
		return "no_name";
	}
	return encoder.encode(text).length > (BYTES_MAX[field] ?? WORD_MAX) ? "too_long" : "";
}

/** check - field → token of the sentence, "wrong.*" in the words; empty when it may be sent. */
export function check(form: VisitForm): Map<string, string> {
	return new Map(fieldsOf(form).map((field): [string, string] => [field, wrongIn(form, field)]).filter(([, token]) => token !== ""));
}

/** requestOf - of a form that check() found nothing wrong with. */
export function requestOf(form: VisitForm): { path: string; body: Record<string, unknown> } {
	const text = (field: Field) => (fieldsOf(form).includes(field) ? cleanText(form.values[field] ?? "") : "");
	const [window_from, window_to] = text("window").split("|");
	const common = { ...(window_to ? { window_from, window_to } : {}), ...(text("note") ? { note: text("note") } : {}) };
	if (form.action === "book") {
		const person = { name: text("name"), phone: cleanPhone(text("phone")), address: text("address") };
		const procedures = text("procedure") ? { procedures: [text("procedure")] } : {};
		const lists = Object.fromEntries(LISTS.map((field): [string, unknown[]] => [field, codesIn(field, text(field))]).filter(([, codes]) => codes.length > 0));
		return { path: "/v1/visits", body: { id: form.id, kind: text("kind"), channel: "phone", person, ...procedures, ...lists, ...common } };
	}
	const words = Object.fromEntries((["courier", "reason", "wished_by"] as Field[]).map((field) => [field, text(field)]).filter(([, word]) => word !== ""));
	return { path: `/v1/visits/${form.visit}/changes`, body: { id: form.id, action: form.action, ...words, ...common } };
}

const MEMBERS: Record<string, Field> = { window_from: "window", window_to: "window", person: "address", procedures: "procedure" };
const TOKENS: Record<string, Field> = {
	slot_full: "window", visit_closed: "window", visit_window: "window", visit_midnight: "window", courier_busy: "courier", bad_courier: "courier",
	unknown_procedure: "procedure", unknown_reason: "reason",
};

/** fieldOf - where a refusal of the server belongs; "": to the whole form. */
export function fieldOf(action: Action, member: string, token: string): string {
	const field = TOKENS[token] ?? MEMBERS[member] ?? member;
	return (FIELDS[action] as string[]).includes(field) ? field : "";
}
