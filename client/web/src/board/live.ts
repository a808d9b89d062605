import { call, openStream, Problem } from "../base/call";
import { EventReader } from "../base/events";
import { apply, type Board, NOTHING, type Picture } from "./picture";

const AGAIN_MS = 3000;
const POLL_MS = 5000;
const POLLS_BEFORE_STREAM = 6;
const SILENT_MS = 40_000; // a heartbeat comes every 15 s: a road that is silent for longer is dead

const pause = (ms: number, stop: AbortSignal) =>
	new Promise<void>((resolve) => {
		const timer = setTimeout(resolve, ms);
		stop.addEventListener("abort", () => { clearTimeout(timer); resolve(); }, { once: true });
	});

/*
 * One stream for the whole browser: the tab that has the lock reads it and tells the others. When it is closed the next
 * one gets the lock, and goes on from the last event that it was told of. No browser freezes a tab that holds a lock.
 */
export class Live {
	private picture: Picture = NOTHING;
	private last = "";
	private leads = false;
	private readonly stopping = new AbortController();
	private readonly channel: BroadcastChannel;

	/** @account: tabs of somebody else are not listened to. */
	constructor(account: string, private readonly show: (picture: Picture) => void) {
		this.channel = new BroadcastChannel(`hoso-board-${account}`);
		this.channel.onmessage = ({ data }) => this.told(data);
		this.channel.postMessage({ ask: true });
		void navigator.locks.request(`hoso-board-${account}`, { signal: this.stopping.signal }, () => this.lead()).catch(() => undefined);
	}

	stop(): void {
		this.stopping.abort();
		this.channel.close();
	}

	private told(message: { ask?: boolean; picture?: Picture; last?: string }): void {
		if (message.ask) {
			if (this.leads) {
				this.tell();
			}
		} else if (message.picture && !this.leads) {
			this.picture = message.picture;
			this.last = message.last ?? "";
			this.show(this.picture);
		}
	}

	private tell(): void {
		this.channel.postMessage({ picture: this.picture, last: this.last });
	}

	private become(picture: Picture): void {
		if (this.stopping.signal.aborted) {
			return;
		}
		this.picture = picture;
		this.show(picture);
		this.tell();
	}

	private async lead(): Promise<void> {
		const stop = this.stopping.signal;
		this.leads = true;
		while (!stop.aborted) {
			try {
				await this.read();
				await pause(AGAIN_MS * (0.5 + Math.random()), stop); // not all at once after a restart
			} catch (error) {
				await this.poll(error);
			}
		}
	}

	/* Until it ends, as each does after a minute. Throws when it could not be opened. */
	private async read(): Promise<void> {
		const cut = new AbortController();
		const stop = () => cut.abort();
		let silent = setTimeout(stop, SILENT_MS);
		this.stopping.signal.addEventListener("abort", stop);
		try {
			const reply = await openStream("/v1/stream", this.picture.board ? this.last : "", cut.signal);
			const pieces = (reply.body as ReadableStream<Uint8Array>).getReader();
			const decoder = new TextDecoder();
			const reader = new EventReader(this.last);
			for (let piece = await pieces.read(); !piece.done; piece = await pieces.read()) {
				clearTimeout(silent);
				silent = setTimeout(stop, SILENT_MS);
				this.take(reader, decoder.decode(piece.value, { stream: true }));
			}
		} catch (error) {
			if (error instanceof Problem) {
				throw error; // what was cut in the middle is opened again, and goes on from where it was
			}
		} finally {
			clearTimeout(silent);
			this.stopping.signal.removeEventListener("abort", stop);
		}
	}

	private take(reader: EventReader, text: string): void {
		let picture: Picture = this.picture.road === "live" || this.picture.road === "away" ? { ...this.picture, at: Date.now() } : this.picture;
		for (const event of reader.feed(text)) {
			this.last = event.id;
			picture = apply(picture, event, Date.now());
		}
		this.become(picture);
	}

	/* No stream for now: too many of them, a proxy that keeps them back, no network. */
	private async poll(error: unknown): Promise<void> {
		const stop = this.stopping.signal;
		let why = error;
		for (let i = 0; i < POLLS_BEFORE_STREAM && !stop.aborted; i++) {
			try {
				const board = await call<Board>("GET", "/v1/board");
				this.last = ""; // the next stream begins with a whole picture
				this.become({ board, road: "poll", at: Date.now(), detail: "" });
			} catch (problem) {
				why = problem;
				this.become({ ...this.picture, road: "away", detail: why instanceof Problem && why.token !== "network" ? why.detail : "" });
			}
			await pause(POLL_MS, stop);
		}
	}
}
