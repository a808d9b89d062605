import { call, deviceTime, Problem } from "../base/call";
import { uuid7 } from "../base/uuid7";
import { cleanText } from "../intake/data";
import type { Result } from "../queue/sender";
import { isDossierCode, readDossierCode } from "../step/step";

/*
 * What a supervisor decides of a line that the portal has refused. Its text is frozen: it is what happened. To be put right is
 * the code that it goes under ("code": bound to the item anew, with a reason, and sent again); a step that did not happen
 * is voided on the dossier's screen, which the portal is told by a line of its own; all else is skipped, with a reason.
 */
export interface PushLine {
	id: string;
	item_code: string;
	dossier_code: string | null;
	kind: string;
	state: string;
	in_doubt: boolean;
	last_error: string | null;
	answer: string | null;
	created_at: string;
	settled_by: string | null;
	settled_why: string | null;
}

export type Decision = "skip" | "code";
export type Field = "dossier_code" | "note";

export interface DecisionForm {
	what: Decision;
	eventId: string; // of the binding: however often it is pressed it is one
	at: string;
	values: Partial<Record<Field, string>>;
	isUnanswered: boolean; // a press before may have been recorded
}

export const FIELDS: Record<Decision, Field[]> = { skip: ["note"], code: ["dossier_code", "note"] };
const REASON_MAX = 2000; // bytes, as the contract has it
const encoder = new TextEncoder();

export function formOf(what: Decision): DecisionForm {
	return { what, eventId: uuid7(), at: new Date().toISOString(), values: {}, isUnanswered: false };
}

function wrongIn({ values }: DecisionForm, line: PushLine, field: Field): string {
	const text = cleanText(values[field] ?? "");
	if (text === "") {
		return `${field}_missing`;
	}
	if (field === "note") {
		return encoder.encode(text).length > REASON_MAX ? "too_long" : "";
	}
	const code = readDossierCode(text);
	return !isDossierCode(code) ? "dossier_code" : code === line.dossier_code ? "same_code" : "";
}

/** check - field → token of the sentence, "wrong.*" in the words; empty when it may be sent. Pure. */
export function check(form: DecisionForm, line: PushLine): Map<string, string> {
	return new Map(FIELDS[form.what].map((field): [string, string] => [field, wrongIn(form, line, field)]).filter(([, token]) => token !== ""));
}

/** fieldOf - where a refusal of the server belongs; "": to the whole form. Pure. */
export function fieldOf({ what }: DecisionForm, member: string, token: string): Field | "" {
	const named = ({ reason: "note" } as Record<string, string>)[member] ?? (["code_taken", "bad_dossier_code"].includes(token) ? "dossier_code" : member);
	return FIELDS[what].includes(named as Field) ? (named as Field) : "";
}

/* The right code first; a line that is not dead any more goes on by itself. */
async function bind(form: DecisionForm, line: PushLine): Promise<void> {
	const data = { dossier_code: readDossierCode(form.values.dossier_code ?? ""), note: cleanText(form.values.note ?? "") };
	const [result] = await call<Result[]>("POST", "/v1/scans", [{ event_id: form.eventId, code: line.item_code, kind: "bound", occurred_at: form.at, data }], undefined, deviceTime());
	if (result.error || !["recorded", "late"].includes(result.verdict ?? "")) {
		throw new Problem(result.error ?? result.why ?? "", result.status ?? 409, result.detail ?? result.verdict ?? "", 0, result.member ?? "");
	}
	await sendAgain(line).catch((error) => {
		if (!(error instanceof Problem && error.token === "conflict")) {
			throw error;
		}
	});
}

/** sendAgain - now; harmless as often as it is asked. Throws Problem. */
export async function sendAgain(line: PushLine): Promise<void> {
	await call("POST", `/v1/outbox/${line.id}/retry`);
}

/** decide - what the form says; the same form again is the same decision. Throws Problem. */
export async function decide(form: DecisionForm, line: PushLine): Promise<void> {
	if (form.what === "code") {
		await bind(form, line);
	} else {
		await call("POST", `/v1/outbox/${line.id}/skip`, { reason: cleanText(form.values.note ?? "") });
	}
}

/** isUnknown - nobody knows whether it was done: no answer, or one that says so. */
export function isUnknown(error: unknown): boolean {
	return !(error instanceof Problem) || error.token === "network" || error.status >= 500;
}
