import { countUnsent, state, wake } from "../app";
import { ring } from "../base/bell";
import { uuid7 } from "../base/uuid7";
import { t, type Word } from "../words/words";
import { admit, isOutdated, type Picture, prove, put, type Waiting } from "./store";

/** whyNotKept - what to tell when nothing was kept, with what to do; @full: the words for a full disk. */
export function whyNotKept(error: unknown, full: Word = "scan.no_room"): string {
	return t(isOutdated(error) ? "error.outdated" : full);
}

function scanOf(eventId: string, code: string, kind: string, data: Record<string, unknown>): Waiting {
	return { account: state.session?.account ?? "", event_id: eventId, code, kind, occurred_at: new Date().toISOString(), data, state: "waiting" };
}

/* On the disk, then the bell, then the wire. */
async function keepFirst<Kept>(keeping: () => Promise<Kept>): Promise<Kept> {
	let kept: Kept;
	try {
		kept = await keeping();
	} catch (error) {
		ring("trouble");
		throw error;
	}
	ring("kept");
	wake();
	await countUnsent().catch(() => undefined); // no screen says that it is kept before it says that it waits
	return kept;
}

/**
 * record - keep one scan on this device's disk, then beep, then send. Rejects when there is no room: nothing was kept,
 * and nobody hears a beep.
 */
export async function record(code: string, kind: string, data: Record<string, unknown>): Promise<Waiting> {
	const scan = scanOf(uuid7(), code, kind, data);
	scan.seq = await keepFirst(() => put(scan));
	return scan;
}

/** recordProven - the same with the pictures that prove it, which its data names by their SHA-256; @drafts: what it was, and goes. */
export async function recordProven(code: string, kind: string, data: Record<string, unknown>, pictures: Picture[], drafts: string[]): Promise<Waiting> {
	const hashes = Object.fromEntries(pictures.map(({ what, sha256 }) => [what, sha256]));
	const scan = scanOf(uuid7(), code, kind, { ...data, ...hashes });
	scan.seq = await keepFirst(() => prove(scan, pictures, drafts));
	return scan;
}

/** recordLine - the same onto a manifest; @kind "void" takes the line off that @data's target names. */
export async function recordLine(manifest: string, code: string, kind: string, data: Record<string, unknown>): Promise<void> {
	const scan = { ...scanOf(uuid7(), code, kind, data), manifest };
	await keepFirst(() => put(scan));
}

/** recordForm - the same for a whole form, whose id was made with it: false when it was recorded before. */
export async function recordForm(form: { eventId: string; code: string; data: Record<string, unknown>; replaces: string },
	slip: { name: string; value: (at: string) => unknown }, draft: string): Promise<boolean> {
	const scan = scanOf(form.eventId, form.code, "accepted", form.data);
	const seq = await keepFirst(() => admit(scan, { name: slip.name, value: slip.value(scan.occurred_at) }, draft, form.replaces));
	return seq !== null;
}

/**
 * recordStep - the same for what an agency says of a dossier, whose id was made with its form. Its code is the dossier's,
 * or an item's when @step says so.
 */
export async function recordStep(step: { eventId: string; code: string; isStep: boolean; kind: string; data: Record<string, unknown>; replaces: string }): Promise<void> {
	const scan = scanOf(step.eventId, step.code, step.kind, step.data);
	await keepFirst(() => put(step.isStep ? { ...scan, isStep: true } : scan, step.replaces));
}

/** undo - of one's own scan within the grace time: an event that voids it, sent behind it. */
export function undo(scan: Waiting): Promise<Waiting> {
	return record(scan.code, "void", { target: scan.event_id, void_reason: "did_not_occur" });
}
