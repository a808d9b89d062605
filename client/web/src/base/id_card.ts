/*
 * What a counter may keep of an identity card's QR code: name, address, which card, its last four. The number itself is
 * sensitive, nothing needs it, and it leaves this file only as four digits. The rules of daemon/model/id_card.c.
 */
export interface IdCard {
	kind: "cmnd" | "cccd" | "can_cuoc";
	last4: string;
	name: string;
	address: string;
}

const TEXT_MAX = 2048; // bytes of the QR code's text; a long address has some 300
const NEW_CARD_FROM = "20240701"; // Luật Căn cước 26/2023: cards issued from this day on are "thẻ căn cước"
const bytes = new TextEncoder();

/** looksLikeCard - the text of a card's QR code, good or not? A name and an item code have no bar in them. */
export function looksLikeCard(text: string): boolean {
	return text.includes("|");
}

/* ddMMyyyy as yyyyMMdd; "" when it is no day. */
function dayOf(text: string): string {
	const found = /^(\d{2})(\d{2})(\d{4})$/.exec(text);
	if (!found) {
		return "";
	}
	const [, day, month, year] = found;
	const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
	return date.getUTCDate() === Number(day) && date.getUTCMonth() === Number(month) - 1 ? year + month + day : "";
}

/* One line of words: a card has no control characters in it, whatever a scanner put there. */
function wordsOf(text: string, bytesMax: number): string {
	const words = text.normalize("NFC").trim();
	return /[\u0000-\u001f\u007f]/.test(words) || bytes.encode(words).length > bytesMax ? "" : words;
}

/** parseCard - "number|old number|name|ddMMyyyy|sex|address|ddMMyyyy", and what newer cards have behind it; null: no card. */
export function parseCard(text: string): IdCard | null {
	const fields = text.replace(/[\r\n]+$/, "").split("|");
	const [number, , name, born, , address, issued] = fields;
	if (fields.length < 7 || bytes.encode(text).length > TEXT_MAX || !/^(\d{9}|\d{12})$/.test(number)) {
		return null;
	}
	const issuedOn = dayOf(issued);
	const card: IdCard = {
		kind: number.length === 9 ? "cmnd" : issuedOn >= NEW_CARD_FROM ? "can_cuoc" : "cccd",
		last4: number.slice(-4), name: wordsOf(name, 480), address: wordsOf(address, 1200),
	};
	return dayOf(born) && issuedOn && card.name && card.address ? card : null;
}
