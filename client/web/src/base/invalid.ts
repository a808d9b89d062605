import { t } from "../words/words";
import { showDay } from "./day";

/*
 * What a browser says of a box that is wrong comes in the browser's language: ours is put in its place. It is said where the browser
 * says it, at the first box that is wrong, which then has the focus.
 */
type Box = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;

function nameOf(box: Box): string {
	return box.ariaLabel ?? box.labels?.[0]?.firstChild?.textContent?.trim() ?? "";
}

function saysOf(box: Box): string {
	const { validity } = box;
	const { type, title, min = "", max = "", minLength = 0 } = box as HTMLInputElement;
	const isDate = type === "date";
	if (validity.valueMissing && !validity.badInput) {
		return t(box instanceof HTMLSelectElement || isDate ? "invalid.choose" : "invalid.missing", { what: nameOf(box) });
	}
	if (validity.rangeUnderflow || validity.rangeOverflow) {
		const [from, to] = isDate ? [min, max].map((day) => day && showDay(day)) : [min, max];
		return t(from && to ? "invalid.between" : from ? "invalid.least" : "invalid.most", { from, to });
	}
	return title || (validity.tooShort ? t("invalid.short", { n: minLength }) : t(isDate ? "invalid.date" : "invalid.number"));
}

/** speakOfInvalid - from now on, on every form of this page. */
export function speakOfInvalid(): void {
	document.addEventListener("invalid", ({ target }) => {
		const box = target as Box;
		box.setCustomValidity("");
		box.setCustomValidity(saysOf(box));
	}, true);
	document.addEventListener("input", ({ target }) => (target as Partial<Box>).setCustomValidity?.(""), true);
	/* Enter presses the button, too: what was wrong may have been filled in by us meanwhile. */
	document.addEventListener("click", ({ target }) => {
		const form = (target as Element).closest<HTMLButtonElement>("button")?.form;
		for (const box of form?.elements ?? []) {
			(box as Box).setCustomValidity("");
		}
	}, true);
}
