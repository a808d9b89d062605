const WEIGHTS = [8, 6, 4, 2, 3, 5, 9, 7];
const S10 = /^[A-Z]{2}[0-9]{9}[A-Z]{2}$/;
const OTHER = /^[A-Z0-9][A-Z0-9.-]{5,39}$/;

/** isS10 - the shape of UPU S10 with a check digit that is right. */
export function isS10(text: string): boolean {
	if (!S10.test(text)) {
		return false;
	}
	const sum = WEIGHTS.reduce((total, weight, i) => total + weight * Number(text[2 + i]), 0);
	const check = 11 - (sum % 11);
	return Number(text[10]) === (check === 10 ? 0 : check === 11 ? 5 : check);
}

export type Reading =
	| { kind: "code"; code: string }
	| { kind: "misread" } // the shape of S10 with a wrong check digit: scan again
	| { kind: "none" };

/** readItemCode - what a label says: AIM prefix, spaces and small letters undone. */
export function readItemCode(text: string): Reading {
	const code = text.replace(/^\][A-Za-z][0-9]/, "").replace(/[\s\u0000]/g, "").toUpperCase();
	if (S10.test(code)) {
		return isS10(code) ? { kind: "code", code } : { kind: "misread" };
	}
	return OTHER.test(code) && /[0-9]/.test(code) ? { kind: "code", code } : { kind: "none" };
}

/** showItemCode - as people read it: S10 in groups. */
export function showItemCode(code: string): string {
	return S10.test(code) ? `${code.slice(0, 2)} ${code.slice(2, 5)} ${code.slice(5, 8)} ${code.slice(8, 11)} ${code.slice(11)}` : code;
}
