import { countUnsent, sender, state } from "../app";
import { ring } from "../base/bell";
import { uuid7 } from "../base/uuid7";
import { put, type Waiting } from "./store";

/**
 * record - keep one scan on this device's disk, then beep, then send. Rejects when there is no room: nothing was kept,
 * and nobody hears a beep.
 */
export async function record(code: string, kind: string, data: Record<string, unknown>): Promise<Waiting> {
	const scan: Waiting = { account: state.session?.account ?? "", event_id: uuid7(), code, kind, occurred_at: new Date().toISOString(), data, state: "waiting" };
	try {
		scan.seq = await put(scan);
	} catch (error) {
		ring("trouble");
		throw error;
	}
	ring("kept");
	void countUnsent();
	sender.wake();
	return scan;
}

/** undo - of one's own scan within the grace time: an event that voids it, sent behind it. */
export function undo(scan: Waiting): Promise<Waiting> {
	return record(scan.code, "void", { target: scan.event_id, void_reason: "did_not_occur" });
}
