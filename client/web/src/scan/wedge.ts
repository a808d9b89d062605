import { looksLikeCard } from "../base/id_card";
import { isS10, readItemCode } from "../base/item_code";
import { undo } from "./undo";

/*
 * A keyboard scanner types wherever the page has its focus. Physical keys are read, not characters, so that an input
 * method or a layout between them does not matter; a burst of them is a scan and not a hand. Pure: keys in, scans out.
 */
export const BURST_GAP_MS = 50; // a scanner types a key every 1 to 30 ms; the fastest typists need 60
export const BURST_KEYS_MIN = 6; // the shortest item code

export type Scan = { kind: "code"; code: string } | { kind: "ask"; codes: string[] } | { kind: "misread"; text: string } | { kind: "card"; text: string };

export interface Key {
	code: string; // KeyboardEvent.code: the physical key
	key: string; // what the layout and the input method made of it
	atMs: number;
}

const PHYSICAL: Record<string, string> = { Minus: "-", Period: ".", Slash: "/", NumpadSubtract: "-", NumpadDecimal: "." };

/* The character of a US keyboard, which is what scanners believe they are. "" when the key is not known: it came from software. */
function physical(code: string): string {
	const found = /^(?:Key([A-Z])|Digit([0-9])|Numpad([0-9]))$/.exec(code);
	return found ? (found[1] ?? found[2] ?? found[3]) : (PHYSICAL[code] ?? "");
}

/* @keys is whole only when each character had a key that is known. An odd shape is believed only where nothing was changed. */
function judge(keys: string, typed: string, isWhole: boolean): Scan {
	if (looksLikeCard(typed)) {
		return { kind: "card", text: typed }; // good or not: a number may be in it, and it is never shown as it is
	}
	const byKeys = readItemCode(isWhole ? keys : "");
	if (byKeys.kind === "code" && isS10(byKeys.code)) {
		return { kind: "code", code: byKeys.code };
	}
	const meant = undo(typed);
	if (meant.length > 0) {
		return meant.length === 1 ? { kind: "code", code: meant[0] } : { kind: "ask", codes: meant };
	}
	const byText = readItemCode(typed);
	if (byKeys.kind === "code" && byText.kind === "code" && byKeys.code === byText.code) {
		return { kind: "code", code: byText.code };
	}
	return { kind: "misread", text: typed };
}

/** Wedge - one per page. push() says what to do with a key. */
export class Wedge {
	private keys = "";
	private typed = "";
	private count = 0;
	private lastMs = Number.NEGATIVE_INFINITY;

	private clear(): void {
		this.keys = "";
		this.typed = "";
		this.count = 0;
	}

	/** isRunning - would a key at this time belong to a burst that has begun? */
	isRunning(atMs: number): boolean {
		return this.count > 0 && atMs - this.lastMs <= BURST_GAP_MS;
	}

	/** touch - a key that is part of how a scanner enters a letter (Alt and digits), and is no letter itself. */
	touch(atMs: number): void {
		if (this.isRunning(atMs)) {
			this.lastMs = atMs;
		}
	}

	/**
	 * push - @swallow: the key must not reach the page (a scanner's Enter would press what has the focus).
	 * @scan: a burst has ended in a terminator.
	 */
	push(key: Key): { swallow: boolean; scan: Scan | null } {
		if (key.atMs - this.lastMs > BURST_GAP_MS) {
			this.clear();
		}
		this.lastMs = key.atMs;
		if (key.key === "Enter" || key.key === "Tab") {
			const isBurst = this.count >= BURST_KEYS_MIN;
			const scan = isBurst ? judge(this.keys, this.typed, this.keys.length === this.count) : null;
			this.clear();
			return { swallow: isBurst, scan };
		}
		if (key.key === "Backspace") {
			this.typed = this.typed.slice(0, -1); // how some input methods put a mark on
		} else if (Array.from(key.key).length === 1) {
			this.keys += physical(key.code);
			this.typed += key.key;
			this.count++;
		}
		return { swallow: false, scan: null };
	}
}
