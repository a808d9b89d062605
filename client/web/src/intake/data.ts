import type { Procedure } from "./catalogue";
import { cleanPhone } from "../base/phone";
import { COUNTS, type Form, isPaperThere, missingPapers, type Person } from "./form";
import { postageOf, readMoney } from "./money";

/* The scan's "data" of a form that check() found nothing wrong with. Pure. */
const WISH = "Nguyện vọng của người gửi khi còn thiếu giấy tờ: "; // data, not talk: Vietnamese in both languages

/** cleanText - as the server wants it: NFC, and nothing that turns the reading direction or is no letter. */
export function cleanText(text: string): string {
	return text.replace(/\r\n?/g, "\n").replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g, "").normalize("NFC").trim();
}

function party(person: Person): Record<string, string> {
	const found = { name: cleanText(person.name), phone: cleanPhone(person.phone.trim()), address: cleanText(person.address) };
	return Object.fromEntries(Object.entries(found).filter(([, text]) => text !== ""));
}

/* Service 1 goes to the agency, 2 comes from it, 3 comes back to the sender unless they say otherwise. */
function parties(form: Form, agencyName: string) {
	const agency = { name: agencyName };
	const citizen = party(form.citizen);
	switch (form.service) {
		case 1:
			return { sender: citizen, receiver: agency };
		case 2:
			return { sender: agency, receiver: citizen };
		default:
			return { sender: citizen, receiver: form.hasReceiver ? party(form.receiver) : citizen };
	}
}

function papers(form: Form, published: Procedure | null): Record<string, unknown> {
	const lines = form.service === 2 ? [] : form.papers.filter((paper) => !paper.added || isPaperThere(paper) || paper.name.trim() !== "");
	const missing = missingPapers(form, published).map(({ name }) => name);
	return {
		...(lines.length > 0 ? { papers: lines.map((paper) => ({ name: cleanText(paper.name), ...Object.fromEntries(COUNTS.map((count) => [count, Number(paper[count])])) })) } : {}),
		...(missing.length > 0 ? { missing_papers: missing } : {}),
	};
}

/** postageIn - what was typed, or else what is reckoned; null: neither. */
export function postageIn(form: Form, published: Procedure | null): number | null {
	return form.postage.trim() !== "" ? readMoney(form.postage) : (postageOf(published, form.agency, Number(form.grams), form.concession)?.amount ?? null);
}

function money(form: Form, published: Procedure | null): Record<string, unknown> {
	const fee = readMoney(form.fee) ?? 0;
	const postage = postageIn(form, published);
	const isPaid = fee + (postage ?? 0) > 0;
	return {
		...(form.fee.trim() !== "" ? { fee } : {}),
		...(postage !== null ? { postage } : {}),
		...(fee > 0 ? { receipt: cleanText(form.receipt) } : {}),
		...(isPaid && form.payment ? { payment: form.payment } : {}),
		...(Number(form.grams) > 0 ? { grams: Number(form.grams) } : {}),
		...(form.concession ? { concession: form.concession } : {}),
	};
}

function noteOf(form: Form, isMissing: boolean): string {
	return [isMissing && form.wish.trim() ? WISH + cleanText(form.wish) : "", cleanText(form.note)].filter(Boolean).join("\n");
}

export function dataOf(form: Form, published: Procedure | null, agencyName: string): Record<string, unknown> {
	const listed = papers(form, published);
	const note = noteOf(form, "missing_papers" in listed);
	return {
		...parties(form, agencyName), agency: form.agency.trim(), procedure: form.procedure.trim(), service: form.service,
		...(form.service === 2 ? { leg_kind: "result" } : {}), // fetched from the agency: the first item of its dossier
		...(form.hasSubmitter ? { submitter: party(form.submitter), authorisation: cleanText(form.authorisation) } : {}),
		...(form.idKind && form.idLast4.trim() ? { id_kind: form.idKind, id_last4: form.idLast4.trim().toUpperCase() } : {}),
		...listed, ...(form.seal.trim() ? { seal: cleanText(form.seal) } : {}), ...money(form, published), ...(note ? { note } : {}),
	};
}
