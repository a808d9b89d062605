import { useEffect, useState } from "preact/hooks";
import { call } from "../base/call";
import { t } from "../words/words";
import { wordsOf } from "./sign_in";

export interface ListPage<Item> {
	items: Item[];
	next: string | null;
}

/** useList - a list that is read page by page; @path with its query but without the cursor. */
export function useList<Item>(path: string) {
	const [items, setItems] = useState<Item[] | null>(null);
	const [next, setNext] = useState<string | null>(null);
	const [problem, setProblem] = useState("");
	const load = async (cursor: string | null) => {
		try {
			const page = await call<ListPage<Item>>("GET", cursor ? `${path}&cursor=${encodeURIComponent(cursor)}` : path);
			setItems((before) => (cursor && before ? [...before, ...page.items] : page.items));
			setNext(page.next);
			setProblem("");
		} catch (error) {
			setProblem(wordsOf(error));
		}
	};
	useEffect(() => void load(null), [path]);
	return { items, problem, more: next ? () => load(next) : null, again: () => load(null) };
}

/** Loading - until the first page is there: an empty screen does not say that it waits. */
export function Loading({ of, problem }: { of: unknown[] | null; problem: string }) {
	return of === null && problem === "" ? <p class="quiet" role="status">{t("loading")}</p> : null;
}

export function More({ more }: { more: (() => void) | null }) {
	return more && <p><button type="button" onClick={more}>{t("find.more")}</button></p>;
}
