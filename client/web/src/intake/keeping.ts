import { keep, kept, keptNames, unkeep } from "../queue/store";
import { type Form, forDisk, isBegun } from "./form";

/*
 * Half a form survives the browser: it is on the disk a moment after the last key, and comes back as what it is, a draft,
 * that only a person sends. One tab has a draft at a time (Web Locks), so that two tabs are two dossiers. Slips are kept
 * until the day after, for whoever comes back for one; both have citizens' data in them and do not stay.
 */
export interface Draft {
	form: Form;
	atMs: number;
}

export interface Slip {
	eventId: string;
	code: string;
	at: string; // when it was taken in
	office: string;
	clerk: string;
	procedureName: string;
	agencyName: string;
	data: Record<string, unknown>;
	form: Form; // to mend what the server refuses
}

const DRAFT_MS = 7 * 86_400_000;
const SLIP_MS = 86_400_000;
const SLIPS_MAX = 30;

export function draftName(account: string, eventId: string): string {
	return `draft/${account}/${eventId}`;
}

export function slipName(account: string, eventId: string): string {
	return `slip/${account}/${eventId}`;
}

/** hold - true when this tab has the draft from now on, until it is closed or @done. */
export function hold(eventId: string, done: AbortSignal): Promise<boolean> {
	return new Promise((resolve) => {
		void navigator.locks.request(`hoso-draft-${eventId}`, { ifAvailable: true }, (lock) => {
			resolve(lock !== null);
			return lock && !done.aborted ? new Promise<void>((end) => done.addEventListener("abort", () => end())) : undefined;
		});
	});
}

/** saveDraft - an empty form is no draft. */
export async function saveDraft(account: string, form: Form): Promise<void> {
	if (isBegun(form)) {
		await keep(draftName(account, form.eventId), { form: forDisk(form), atMs: Date.now() } satisfies Draft);
	} else {
		await unkeep(draftName(account, form.eventId));
	}
}

export function dropDraft(account: string, eventId: string): Promise<void> {
	return unkeep(draftName(account, eventId));
}

/** findDraft - the newest that no other tab is at; what is too old to be believed is dropped. */
export async function findDraft(account: string, done: AbortSignal): Promise<Draft | null> {
	const names = (await keptNames(`draft/${account}/`)).reverse(); // by the time in their ids
	for (const name of names) {
		const draft = await kept<Draft>(name);
		if (!draft || Date.now() - draft.atMs > DRAFT_MS || (await kept(slipName(account, draft.form.eventId)))) {
			await unkeep(name);
		} else if (await hold(draft.form.eventId, done)) {
			return draft;
		}
	}
	return null;
}

/** slipsOf - the newest first. */
export async function slipsOf(account: string): Promise<Slip[]> {
	const found: Slip[] = [];
	for (const name of (await keptNames(`slip/${account}/`)).reverse()) {
		const slip = await kept<Slip>(name);
		if (slip && found.length < SLIPS_MAX && Date.now() - Date.parse(slip.at) < SLIP_MS) {
			found.push(slip);
		} else {
			await unkeep(name);
		}
	}
	return found;
}
