import { call, deviceTime, Problem } from "../base/call";
import { fail, settle, type Waiting, waiting } from "./store";

/*
 * Sends what waits, in order, one request at a time for the whole browser: two tabs must not race. What is not answered
 * stays; what the server refuses for good stays too, marked, and does not hold up the rest. Pictures have a road of their
 * own (proof/road.ts), so that no event ever waits for one.
 */
export interface Result {
	event_id: string | null;
	verdict?: string;
	error?: string;
	status?: number;
	detail?: string;
	member?: string;
	why?: string;
	slip_token?: string;
	recorded_by?: string;
	recorded_at?: string;
}

export type SendState = { state: "idle" | "sending" | "offline" | "signed_out"; detail?: string };

/** Road - what one kind of waiting things has of its own. */
export interface Road {
	lock: string; // one tab at a time has it
	/** How many were settled; Problem: no further now, and the rest is for later. @moved: there is something new to see. */
	sendOnce(account: string, moved: () => void): Promise<number>;
	isLeft(account: string): Promise<boolean>;
}

const BATCH = 50;
const PAUSES_MS = [1000, 2000, 5000, 15_000, 60_000];

/* The head of the queue, as far as it goes to one place. What comes behind a step may build on it, and the other way round. */
function firstOf(queue: Waiting[]): Waiting[] {
	const end = queue.findIndex((scan) => scan.isStep || scan.manifest !== queue[0].manifest);
	return queue.slice(0, end === 0 ? 1 : Math.min(end < 0 ? BATCH : end, BATCH));
}

/* A manifest that is closed by now takes nothing, however often it is asked: that is for a person to read. */
async function ask(batch: Waiting[]): Promise<Result[]> {
	const manifest = batch[0].manifest;
	const lines = batch.map(({ event_id, code, kind, occurred_at, data }) => ({ event_id, code, kind, occurred_at, data }));
	try {
		return await call<Result[]>("POST", manifest ? `/v1/manifests/${manifest}/lines` : "/v1/scans", lines, undefined, deviceTime());
	} catch (error) {
		if (manifest && isRefusal(error)) {
			return batch.map(({ event_id }) => ({ event_id, error: error.token, status: error.status, detail: error.detail }));
		}
		throw error;
	}
}

async function sendOnce(account: string): Promise<number> {
	const batch = firstOf((await waiting(account)).filter((scan) => scan.state === "waiting"));
	if (batch.length === 0) {
		return 0;
	}
	if (batch[0].isStep) {
		return sendStep(batch[0]);
	}
	const results = await ask(batch);
	let settled = 0;
	for (const [i, scan] of batch.entries()) {
		settled += await take(scan, results[i]);
		if (isForLater(results[i])) {
			break; // what comes behind it may build on it
		}
	}
	return settled;
}

export const eventRoad: Road = {
	lock: "hoso-send",
	sendOnce,
	isLeft: async (account) => (await waiting(account)).some((scan) => scan.state === "waiting"),
};

/** isRefusal - a proxy's page and what passes settle nothing; the daemon's own refusal does. */
export function isRefusal(error: unknown): error is Problem {
	return error instanceof Problem && error.status >= 400 && error.status < 500 && ![401, 408, 429].includes(error.status) && !error.token.startsWith("http_");
}

async function sendStep(step: Waiting): Promise<number> {
	const { event_id, kind, occurred_at, data } = step;
	try {
		return await take(step, await call<Result>("POST", `/v1/dossiers/${encodeURIComponent(step.code)}/steps`, { event_id, kind, occurred_at, data }, undefined, deviceTime()));
	} catch (error) {
		if (!isRefusal(error)) {
			throw error;
		}
		await fail(step, error.detail, error.token, error.member);
		return 1;
	}
}

function isForLater(result: Result): boolean {
	return result.error !== undefined && (result.status ?? 500) >= 500;
}

async function take(scan: Waiting, result: Result): Promise<number> {
	if (result.event_id !== scan.event_id && !result.error) {
		throw new Problem("bad_answer", 0, ""); // an answer to something else settles nothing
	}
	if (result.verdict) {
		await settle(scan, { account: scan.account, event_id: scan.event_id, code: scan.code, kind: scan.kind, at: result.recorded_at ?? "",
			verdict: result.verdict, detail: result.detail ?? "", recorded_by: result.recorded_by ?? "",
			why: result.why, manifest: scan.manifest, slip_token: result.slip_token });
		return 1;
	}
	if (!isForLater(result)) {
		await fail(scan, result.detail ?? result.error ?? "", result.error, result.member);
		return 1;
	}
	return 0;
}

export class Sender {
	private timer: ReturnType<typeof setTimeout> | undefined;
	private failures = 0;
	private wanted = false;
	private running = false;

	constructor(
		private road: Road,
		private account: () => string | null,
		private told: (state: SendState) => void,
	) {}

	/** wake - at every chance: a new scan, the network, the screen, the clock. */
	wake(): void {
		this.wanted = true;
		void this.run();
	}

	private async run(): Promise<void> {
		if (this.running) {
			return;
		}
		this.running = true;
		clearTimeout(this.timer);
		while (this.wanted) {
			this.wanted = false;
			await navigator.locks.request(this.road.lock, () => this.drain());
		}
		this.running = false;
	}

	private async drain(): Promise<void> {
		const account = this.account();
		if (!account) {
			return;
		}
		try {
			const sending = () => this.told({ state: "sending" });
			sending();
			while ((await this.road.sendOnce(account, sending)) > 0) {
				this.failures = 0;
				sending();
			}
			this.told({ state: "idle" });
			if (await this.road.isLeft(account)) {
				this.later(0);
			}
		} catch (error) {
			this.failed(error instanceof Problem ? error : new Problem("network", 0, String(error)));
		}
	}

	private failed(problem: Problem): void {
		if (problem.status === 401) {
			this.told({ state: "signed_out", detail: problem.detail }); // the scans stay; the next session of this account sends them
			return;
		}
		this.told({ state: "offline", detail: problem.detail });
		this.later(problem.retryAfterS * 1000);
	}

	private later(leastMs: number): void {
		const pause = PAUSES_MS[Math.min(this.failures++, PAUSES_MS.length - 1)];
		this.timer = setTimeout(() => this.wake(), Math.max(leastMs, pause * (0.5 + Math.random() / 2)));
	}
}
