import { setCaller } from "./base/call";
import { Sender, type SendState } from "./queue/sender";
import { keep, kept, type Session, waiting } from "./queue/store";
import { type Language, loadWords, setLanguage } from "./words/words";

/*
 * What all screens share: who is signed in, in which language, and how much is not sent yet. Screens are told by
 * listen(); nothing else is global.
 */
export interface State {
	session: Session | null;
	language: Language;
	unsent: number;
	send: SendState;
	ready: boolean;
}

export const state: State = { session: null, language: "vi", unsent: 0, send: { state: "idle" }, ready: false };

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

export async function countUnsent(): Promise<void> {
	state.unsent = (await waiting()).length;
	tell();
}

export const sender = new Sender(
	() => state.session?.account ?? null,
	(send) => {
		state.send = send;
		void countUnsent();
	},
);

/* A language whose words cannot be had now is not spoken: the one of before goes on. */
async function speak(language: Language): Promise<void> {
	await loadWords(language).then(() => (state.language = language), () => undefined);
}

function apply(): void {
	setLanguage(state.language);
	setCaller(state.session?.token ?? "", state.language);
	tell();
}

/** open - the session of before, also without a network: it may have ended, but what is scanned is kept all the same. */
export async function open(): Promise<void> {
	state.session = (await kept<Session>("session")) ?? null;
	await speak((await kept<Language>("language")) ?? "vi");
	state.ready = true;
	apply();
	await countUnsent();
	sender.wake();
	void navigator.storage?.persist?.();
}

export async function signIn(session: Session): Promise<void> {
	await keep("session", session);
	state.session = session;
	state.send = { state: "idle" };
	apply();
	sender.wake();
}

/** forget - the caller has seen to it that nothing of this account waits. */
export async function forget(): Promise<void> {
	await keep("session", null);
	state.session = null;
	apply();
}

export async function choose(language: Language): Promise<void> {
	await keep("language", language);
	await speak(language);
	apply();
}
