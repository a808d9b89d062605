import { useEffect, useState } from "preact/hooks";
import { state } from "../app";
import { call, Problem } from "../base/call";
import { showMoney } from "../intake/money";
import { keep, kept, unkeep } from "../queue/store";
import type { ListPage } from "../screens/load";
import { wordsOf } from "../screens/sign_in";
import { showTime, t } from "../words/words";

/*
 * Who holds what, and whose it is. Three kinds of three owners, which are never added up; nothing is reckoned here but what
 * the server said is held, kind by kind.
 */
export type Kind = "fee" | "postage" | "collect";
export const KINDS: Kind[] = ["fee", "postage", "collect"];

interface Place {
	code: string;
	name: string;
}

export interface Held {
	office: Place;
	person: { account: string; name: string } | null; // null: the office's safe
	kind: Kind;
	agency: Place | null; // null: the post's own
	held: number;
}

export interface HandIn {
	id: string;
	office: string;
	state: "offered" | "received" | "cancelled";
	giver: string;
	giver_account: string;
	receiver: string | null;
	offered_at: string;
	received_at: string | null;
	lines: { kind: Kind; agency: string | null; agency_name: string | null; amount: number }[];
}

export interface ClosedDay {
	day: string;
	office: string;
	person: { account: string; name: string } | null;
	kind: Kind;
	in: number;
	out: number;
	reckoned: number;
	counted: number;
	difference: number;
	reason: string | null;
	closed_at: string;
	closed_by: string;
}

export const keyOf = (kind: Kind, agency: string | null) => `${kind} ${agency ?? ""}`;

/** sumOf - of one kind, whatever agency's. */
export function sumOf(rows: { kind: Kind; held: number }[], kind: Kind): number {
	return rows.filter((row) => row.kind === kind).reduce((sum, { held }) => sum + held, 0);
}

export const signed = (amount: number) => (amount > 0 ? `+${showMoney(amount)}` : showMoney(amount));

/** isUnknown - it may have been done all the same: only pressing it again tells. */
export function isUnknown(error: unknown): boolean {
	return error instanceof Problem && (error.token === "network" || error.status >= 500);
}

/** refusalOf - what was pressed has not been answered, or was refused: in words that say what to do. */
export function refusalOf(error: unknown): string {
	return isUnknown(error) ? t("money.not_sent", { why: wordsOf(error) }) : wordsOf(error);
}

const PAGES_MAX = 50; // of 200 rows: far above what one office has

async function readAll<Item>(path: string): Promise<Item[]> {
	const all: Item[] = [];
	let cursor: string | null = null;
	for (let pages = 0; pages < PAGES_MAX; pages++) {
		const page: ListPage<Item> = await call("GET", cursor ? `${path}&cursor=${encodeURIComponent(cursor)}` : path);
		all.push(...page.items);
		cursor = page.next;
		if (!cursor) {
			break;
		}
	}
	return all;
}

/** useAll - a whole short list, and without a network what it was last, which says so. */
export function useAll<Item>(path: string) {
	const [items, setItems] = useState<Item[] | null>(null);
	const [problem, setProblem] = useState("");
	const name = `money/${state.session?.account ?? ""}/read${path}`;
	const again = async () => {
		try {
			const fresh = await readAll<Item>(path);
			setItems(fresh);
			setProblem("");
			await keep(name, { items: fresh, at: new Date().toISOString() }).catch(() => undefined);
		} catch (error) {
			const before = await kept<{ items: Item[]; at: string }>(name).catch(() => undefined);
			setItems(before?.items ?? null);
			setProblem(before ? t("money.old", { time: showTime(before.at), why: wordsOf(error) }) : wordsOf(error));
		}
	};
	useEffect(() => void again(), [path]);
	return { items, problem, again };
}

/** useDraft - what is typed, on the disk from the first key on; null until it has been read. */
export function useDraft<T>(name: string, empty: () => T) {
	const [draft, setDraft] = useState<T | null>(null);
	const key = `money/${state.session?.account ?? ""}/draft/${name}`;
	useEffect(() => {
		setDraft(null);
		void kept<T>(key).catch(() => undefined).then((before) => setDraft(before ?? empty()));
	}, [key]);
	const change = (next: T) => {
		setDraft(next);
		void keep(key, next).catch(() => undefined); // a full disk takes a comfort away, and nothing else
	};
	const drop = () => {
		setDraft(empty());
		void unkeep(key).catch(() => undefined);
	};
	return { draft, change, drop };
}
