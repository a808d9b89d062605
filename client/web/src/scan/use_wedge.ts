import { useEffect, useRef } from "preact/hooks";
import { looksLikeCard } from "../base/id_card";
import { type Scan, Wedge } from "./wedge";

const NO_TEXT = ["checkbox", "radio", "button", "submit", "reset", "file", "range", "color"];

type Box = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

/* The box that has the focus, as it was before a burst of keys came over it. */
interface Before {
	box: Box;
	value: string;
	at: number;
	end: number;
}

function beforeBurst(): Before | null {
	const box = document.activeElement;
	if (box instanceof HTMLSelectElement) {
		return { box, value: box.value, at: 0, end: 0 };
	}
	if (box instanceof HTMLTextAreaElement || (box instanceof HTMLInputElement && !NO_TEXT.includes(box.type))) {
		const length = box.value.length; // where a box of numbers, which does not say, has its cursor
		return { box, value: box.value, at: box.selectionStart ?? length, end: box.selectionEnd ?? length };
	}
	return null;
}

/* A blank in a name presses what has the focus, or opens its list. */
function isPress(key: string, before: Before | null): boolean {
	return key === " " && (before === null || before.box instanceof HTMLSelectElement);
}

/* What the scanner typed is taken out again; that is what it was, with the letters that came as Alt and digits. */
function takeOut({ box, value, at, end }: Before): string {
	const typed = box.value.slice(at, box.value.length - (value.length - end));
	if (box.value !== value) {
		box.value = box.dataset.scanned === undefined ? value : "";
		box.dispatchEvent(new Event(box instanceof HTMLSelectElement ? "change" : "input", { bubbles: true }));
	}
	return typed;
}

/** useWedge - @took gets what a keyboard scanner types anywhere on the page, while the screen is there. */
export function useWedge(took: (scan: Scan) => void): void {
	const latest = useRef(took);
	latest.current = took;
	useEffect(() => {
		const wedge = new Wedge();
		let before: Before | null = null;
		const pressed = (event: KeyboardEvent) => {
			const isRunning = wedge.isRunning(event.timeStamp);
			if (event.ctrlKey || event.altKey || event.metaKey) {
				wedge.touch(event.timeStamp);
				return;
			}
			if (!isRunning) {
				before = beforeBurst();
			}
			const { swallow, scan } = wedge.push({ code: event.code, key: event.key, atMs: event.timeStamp });
			if (swallow || (isRunning && isPress(event.key, before))) {
				event.preventDefault();
				event.stopPropagation();
			}
			if (scan) {
				const typed = before ? takeOut(before) : "";
				latest.current(scan.kind === "card" && looksLikeCard(typed) ? { kind: "card", text: typed } : scan);
			}
		};
		addEventListener("keydown", pressed, { capture: true });
		return () => removeEventListener("keydown", pressed, { capture: true });
	}, []);
}
