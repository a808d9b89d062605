import { setCaller } from "./base/call";
import { eventRoad, Sender, type SendState } from "./queue/sender";
import { forgetDelivering } from "./queue/delivering";
import { countProofs, keep, kept, type Session, unkeep, unsent } from "./queue/store";
import { type Language, loadWords, setLanguage } from "./words/words";

/*
 * What all screens share: who is signed in, in which language, and how much is not sent yet. Screens are told by
 * listen(); nothing else is global.
 */
export interface State {
	session: Session | null;
	language: Language;
	unsent: number; // events
	oldest: string; // when the first of them was recorded; "": none waits
	send: SendState;
	proofs: number; // their pictures
	sendProofs: SendState;
	ready: boolean;
	closed: boolean; // the disk does not open
}

export const state: State = { session: null, language: "vi", unsent: 0, oldest: "", send: { state: "idle" }, proofs: 0, sendProofs: { state: "idle" }, ready: false, closed: false };

const listeners = new Set<() => void>();

export function listen(listener: () => void): () => void {
	listeners.add(listener);
	return () => listeners.delete(listener);
}

function tell(): void {
	for (const listener of listeners) {
		listener();
	}
}

async function count(): Promise<void> {
	Object.assign(state, await unsent());
	tell();
}

let counted: Promise<unknown> = Promise.resolve();
let next: Promise<void> | null = null; // not begun: it will see all that is on the disk by now

/** countUnsent - one count after the other, so that an old one is never told after a new one. Fulfilled when it is told. */
export function countUnsent(): Promise<void> {
	next ??= counted.then(() => {
		const now = count();
		next = null;
		counted = now.catch(() => undefined);
		return now;
	});
	return next;
}

function telling(name: "send" | "sendProofs"): (send: SendState) => void {
	return (send) => {
		state[name] = send;
		void countUnsent();
	};
}

const whose = () => state.session?.account ?? null;
const sender = new Sender(eventRoad, whose, telling("send"));
let proofSender: Sender | null = null;

/* Its code comes when there is a picture to send; kept by the worker, it comes without a network, too. */
async function wakeProofs(): Promise<void> {
	if (!proofSender && (await countProofs()) > 0) {
		const { proofRoad } = await import("./screens/proving");
		proofSender ??= new Sender(proofRoad, whose, telling("sendProofs"));
	}
	proofSender?.wake();
}

/** wake - send at every chance: something new, the network, the screen, a session. */
export function wake(): void {
	sender.wake();
	void wakeProofs().catch(() => undefined); // its code could not be had: at the next chance
}

/** sendState - of both roads together: what a person can do something about. */
export function sendState(): SendState {
	return state.send.state === "idle" || state.sendProofs.state === "signed_out" ? state.sendProofs : state.send;
}

/* A language whose words cannot be had now is not spoken: the one of before goes on. */
async function speak(language: Language): Promise<void> {
	await loadWords(language).then(() => (state.language = language), () => undefined);
}

function apply(): void {
	setLanguage(state.language);
	setCaller(state.session?.token ?? "", state.language);
	tell();
}

const REOPEN_MS = 250;
const SAY_AFTER = 4;

/* The session of before, also without a network: it may have ended, but what is scanned is kept all the same. */
async function fromDisk(): Promise<void> {
	state.session = (await kept<Session>("session")) ?? null;
	await speak((await kept<Language>("language")) ?? "vi");
	await countUnsent(); // before a screen is drawn: nothing may look sent that is not
}

/** open - a browser that was ended holds its disk for a moment longer than the next one needs to begin: asked until it opens. */
export async function open(): Promise<void> {
	for (let failures = 1; !(await fromDisk().then(() => true, () => false)); failures++) {
		state.closed = failures > SAY_AFTER;
		tell();
		await new Promise((resolve) => setTimeout(resolve, REOPEN_MS));
	}
	state.ready = true;
	apply();
	wake();
	void navigator.storage?.persist?.();
}

export async function signIn(session: Session): Promise<void> {
	state.session = session;
	state.send = { state: "idle" };
	state.sendProofs = { state: "idle" };
	apply();
	wake();
	await keep("session", session).catch(() => undefined); // on a full disk it lasts as long as this page, and sends what waits
}

/** forget - the caller has seen to it that nothing of this account waits. */
export async function forget(): Promise<void> {
	await forgetDelivering(whose() ?? "");
	sessionStorage.clear();
	await unkeep("session");
	state.session = null;
	apply();
}

export async function choose(language: Language): Promise<void> {
	await keep("language", language);
	await speak(language);
	apply();
}
