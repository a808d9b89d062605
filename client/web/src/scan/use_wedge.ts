import { useEffect, useRef } from "preact/hooks";
import { type Scan, Wedge } from "./wedge";

/** useWedge - @took gets what a keyboard scanner types anywhere on the page, while the screen is there. */
export function useWedge(took: (scan: Scan) => void): void {
	const latest = useRef(took);
	latest.current = took;
	useEffect(() => {
		const wedge = new Wedge();
		const pressed = (event: KeyboardEvent) => {
			if (event.ctrlKey || event.altKey || event.metaKey) {
				return;
			}
			const { swallow, scan } = wedge.push({ code: event.code, key: event.key, atMs: event.timeStamp });
			if (swallow) {
				event.preventDefault();
				event.stopPropagation();
			}
			if (scan) {
				const box = document.activeElement;
				if (box instanceof HTMLInputElement && box.dataset.scanned !== undefined) {
					box.value = "";
				}
				latest.current(scan);
			}
		};
		addEventListener("keydown", pressed, { capture: true });
		return () => removeEventListener("keydown", pressed, { capture: true });
	}, []);
}
