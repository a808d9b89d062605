import type { Waiting } from "../queue/store";

/*
 * What is handed over together: a bag, a route, the minutes of a hand-over, a remittance. What the server said of it, what of
 * this device is still on its way there, and what both come to. Pure.
 */
export interface Consent {
	id: string;
	revision: number;
	name: string;
	unit: string;
	at: string;
}

interface Place {
	code: string;
	name: string;
}

export interface Manifest {
	id: string;
	kind: string;
	revision: number;
	state: "open" | "closed" | "cancelled";
	office: Place;
	agency: Place | null;
	next_office: Place | null;
	courier: { account: string; name: string } | null;
	label: string | null;
	opened_by: string;
	opened_at: string;
	age_s: number;
	lines_count: number;
	consent: Consent | null;
	signature: { at: string; name: string | null; unit: string | null; account: string | null; minutes: string | null } | null;
	closed_at: string | null;
	closed_by: string | null;
	hash: string | null;
	cancel_reason: string | null;
}

export interface Line {
	id: string;
	no: number;
	item_code: string;
	dossier_code: string | null;
	leg_kind: string | null;
	counts: boolean;
	verdict: string;
	why: string;
	other_by: string | null;
	complete: boolean | null;
	note: string | null;
	money_kind: string | null;
	amount: number | null;
	by: string;
	undone_at: string | null;
	undone_by: string | null;
	result: { verdict: string; why: string } | null;
}

export interface Whole extends Manifest {
	lines: Line[];
	incomplete: number;
	fee: number;
	collect: number;
}

export interface Expected {
	item_code: string;
	dossier_code: string | null;
	leg_kind: string;
	scanned: boolean;
	money_kind: string | null;
	amount: number | null;
}

interface Kind {
	party: "agency" | "next_office" | "courier";
	event: string; // what closing records of each line
	roles: string[];
}

const CLERKS = ["clerk", "supervisor"];
const POSTMEN = [...CLERKS, "courier"];

/* As include/hoso/manifest.h has them; in the order in which a counter needs them. */
export const KINDS: Record<string, Kind> = {
	handover_in: { party: "agency", event: "delivered", roles: POSTMEN },
	handover_out: { party: "agency", event: "note", roles: POSTMEN },
	remittance: { party: "agency", event: "fee", roles: CLERKS },
	bag: { party: "next_office", event: "dispatched", roles: CLERKS },
	route: { party: "courier", event: "out_for_delivery", roles: POSTMEN },
};

/** isSigned - an agency is the other party, and signs. */
export function isSigned(kind: string): boolean {
	return KINDS[kind]?.party === "agency";
}

/** partyOf - the name of the other party. */
export function partyOf({ agency, next_office, courier }: Manifest): string {
	return (agency ?? next_office ?? courier)?.name ?? "";
}

/** signState - of an open one: is what the agency signed still what is on it? */
export function signState({ kind, consent, revision }: Manifest): "none" | "waits" | "signed" | "stale" {
	if (!isSigned(kind)) {
		return "none";
	}
	return !consent ? "waits" : consent.revision === revision ? "signed" : "stale";
}

const isGood = (verdict: string) => verdict === "recorded" || verdict === "late";

/** Sums - @expected, @missing: null when the server could not be asked. */
export interface Sums {
	onIt: Line[];
	unsent: Waiting[]; // scanned here, not at the server yet
	failed: Waiting[]; // refused by it
	removing: Set<string>; // lines that are being taken off
	missing: Expected[] | null;
	expected: number | null;
	extra: number;
	damaged: number;
	notRecorded: number; // of a closed one
}

const keyOf = (code: string, money: unknown) => `${code} ${money ?? ""}`;

/** sumUp - the server's lines, and @mine that it has not answered for yet. */
export function sumUp(whole: Whole, expected: Expected[] | null, mine: Waiting[]): Sums {
	const known = new Set(whole.lines.map(({ id }) => id));
	const waits = mine.filter(({ state, event_id }) => state === "waiting" && !known.has(event_id));
	const unsent = waits.filter(({ kind }) => kind !== "void");
	const removing = new Set(waits.filter(({ kind }) => kind === "void").map(({ data }) => String(data.target)));
	const onIt = whole.lines.filter(({ counts }) => counts);
	const here = new Set([...onIt.filter(({ id }) => !removing.has(id)).map((line) => keyOf(line.item_code, line.money_kind)),
		...unsent.map(({ code, data }) => keyOf(code, data.money_kind))]);
	return {
		onIt, unsent, removing, failed: mine.filter(({ state }) => state === "failed"),
		missing: expected?.filter((item) => !here.has(keyOf(item.item_code, item.money_kind))) ?? null,
		expected: expected?.length ?? null,
		extra: onIt.filter(({ verdict }) => !isGood(verdict)).length,
		damaged: onIt.filter(({ complete }) => complete === false).length,
		notRecorded: onIt.filter(({ result }) => result !== null && !isGood(result.verdict)).length,
	};
}
