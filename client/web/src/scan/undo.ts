import { isS10 } from "../base/item_code";

/*
 * What stands between a keyboard scanner and the page may change what it types: a Vietnamese input method takes a code
 * for words (Telex makes "Ê123456785VN" of EE123456785VN), a layout gives other characters for the same keys. Only a
 * UPU S10 code can come out here, for its check digit decides which keys were meant. The same tables as the counter
 * program's (client/wedge.c); a test holds the two together.
 */
type Method = "telex" | "vni";

const HORN = "\u031b";
const MARKS: { mark: string; telex: string; vni: string; letters: string }[] = [
	{ mark: "\u0301", telex: "S", vni: "1", letters: "AEIOUY" },
	{ mark: "\u0300", telex: "F", vni: "2", letters: "AEIOUY" },
	{ mark: "\u0309", telex: "R", vni: "3", letters: "AEIOUY" },
	{ mark: "\u0303", telex: "X", vni: "4", letters: "AEIOUY" },
	{ mark: "\u0323", telex: "J", vni: "5", letters: "AEIOUY" },
	{ mark: "\u0302", telex: "", vni: "6", letters: "AEO" }, // in Telex the letter itself
	{ mark: HORN, telex: "W", vni: "7", letters: "OU" },
	{ mark: "\u0306", telex: "W", vni: "8", letters: "A" },
];
const LAYOUTS = [
	{ characters: "!@#$%^&*()", keys: "1234567890" }, // the digits with Shift
	{ characters: "&é\"'(-è_çàqawzm,", keys: "1234567890AQZWM," }, // French
	{ characters: "ăâêô\u0300\u0309\u0303\u0301đ₫", keys: "1234567890" }, // Vietnamese
];
const LONE_W_MAX = 3; // letters Ư in one code: each may be a W alone, or U and W

/* The keys that were struck if @method was at work. Bit n of @lone: the n-th Ư was a W alone. */
function undoMethod(decomposed: string, method: Method, lone: number): string {
	let keys = "";
	let letter = "";
	for (const character of decomposed) {
		const found = MARKS.find(({ mark, letters }) => mark === character && letter !== "" && letters.includes(letter));
		if (!found) {
			letter = character < "\u0080" ? character : "";
			keys += character === "Đ" ? (method === "vni" ? "D9" : "DD") : character;
		} else if (method === "vni") {
			keys += found.vni;
		} else if (found.mark === HORN && letter === "U") {
			keys = lone & 1 ? `${keys.slice(0, -1)}W` : `${keys}W`;
			lone >>= 1;
		} else {
			keys += found.telex === "" ? letter : found.telex;
		}
	}
	return keys;
}

function undoLayout(lower: string, layout: { characters: string; keys: string }): string {
	const characters = Array.from(layout.characters);
	return Array.from(lower.normalize("NFC"), (character) => {
		const at = characters.indexOf(character);
		return at < 0 ? character : layout.keys[at];
	}).join("");
}

/* "ế" is ê and ´: two keys of the Vietnamese layout. Take off what a key of its own had put on. */
function takeMarksOff(decomposed: string): string {
	return decomposed.replace(/[\u0300-\u036f]/g, (mark) => (mark === "\u0302" || mark === "\u0306" ? mark : ` ${mark}`));
}

/** undo - every S10 code that may have been meant by @text, each once; none when it was no known accident. */
export function undo(text: string): string[] {
	const decomposed = text.toUpperCase().normalize("NFD");
	const tries: string[] = [];
	for (let lone = 0; lone < 1 << LONE_W_MAX; lone++) {
		tries.push(undoMethod(decomposed, "telex", lone));
	}
	tries.push(undoMethod(decomposed, "vni", 0));
	for (const layout of LAYOUTS) {
		for (const form of [decomposed, takeMarksOff(decomposed)]) {
			tries.push(undoLayout(form.toLowerCase(), layout));
		}
	}
	const codes = tries.map((keys) => keys.replace(/\s/g, "").toUpperCase()).filter(isS10);
	return Array.from(new Set(codes));
}
