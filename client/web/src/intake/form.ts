import type { IdCard } from "../base/id_card";
import { uuid7 } from "../base/uuid7";
import type { Procedure } from "./catalogue";
import { feeOf } from "./money";

/*
 * What a clerk fills in, as it stands in the boxes: text. check.ts says what is wrong with it, data.ts makes the scan of
 * it. The event's id is made with the empty form, so that the form, however often it is sent, is one acceptance.
 */
export interface Person {
	name: string;
	phone: string;
	address: string;
}

export interface PaperCount {
	name: string;
	original: string;
	certified: string;
	copy: string;
	added: boolean; // not of the published list: the sender's own choice
}

export interface Form {
	eventId: string;
	code: string;
	procedure: string;
	agency: string;
	service: number; // 0: not chosen; 1 send, 2 receive, 3 both
	citizen: Person; // who sends; of service 2, who receives
	hasReceiver: boolean; // of service 3: the result goes to somebody else
	receiver: Person;
	hasSubmitter: boolean;
	submitter: Person;
	authorisation: string;
	idKind: string;
	idLast4: string;
	papers: PaperCount[];
	wish: string; // of whoever sends all the same, when papers are missing
	seal: string;
	fee: string;
	receipt: string;
	payment: string;
	grams: string;
	concession: string;
	postage: string; // "": as reckoned
	note: string;
	refusal: { field: string; text: string } | null; // what the server said to it when it was sent before
	replaces: string; // event id of that one
}

export type Role = "citizen" | "receiver" | "submitter";
export const COUNTS = ["original", "certified", "copy"] as const;
export const PAYMENTS = ["cash", "transfer_post", "transfer_agency", "online"];
export const ID_KINDS = ["can_cuoc", "cccd", "cmnd", "passport", "vneid"];
const NOBODY: Person = { name: "", phone: "", address: "" };

export function emptyForm(agency = ""): Form {
	return {
		eventId: uuid7(), code: "", procedure: "", agency, service: 0, citizen: NOBODY, hasReceiver: false, receiver: NOBODY,
		hasSubmitter: false, submitter: NOBODY, authorisation: "", idKind: "", idLast4: "", papers: [], wish: "", seal: "", fee: "",
		receipt: "", payment: "cash", grams: "", concession: "", postage: "", note: "", refusal: null, replaces: "",
	};
}

/** isBegun - has anybody put anything in? An agency stands there from the dossier before. */
export function isBegun(form: Form): boolean {
	const { eventId, agency, ...rest } = form;
	const { eventId: _id, agency: _agency, ...empty } = emptyForm();
	return JSON.stringify(rest) !== JSON.stringify(empty);
}

export function mayTake(procedure: Procedure | null, service: number): boolean {
	return !procedure || !((service !== 2 && !procedure.send_by_post) || (service !== 1 && !procedure.return_by_post));
}

/** takeProcedure - what hung on the one before is gone; @published null: this device does not know what it asks for. */
export function takeProcedure(form: Form, code: string, published: Procedure | null): Form {
	const papers = (published?.papers ?? []).map((paper) => ({
		name: paper.name, original: String(paper.original), certified: String(paper.certified), copy: String(paper.copy), added: false,
	}));
	const service = form.service && mayTake(published, form.service) ? form.service : ([1, 2, 3].find((one) => published && mayTake(published, one)) ?? 0);
	return { ...form, procedure: code, papers, wish: "", fee: published ? String(feeOf(published)) : "", receipt: "", postage: "", concession: "", service };
}

/** takeCard - the card of who stands there says who they are; of somebody else who receives, only where to. */
export function takeCard(form: Form, role: Role, card: IdCard): Form {
	const person = { ...form[role], name: card.name, address: card.address };
	const shown = role === "receiver" ? {} : { idKind: card.kind, idLast4: card.last4 };
	const asked = role === "submitter" ? { hasSubmitter: true } : role === "receiver" ? { hasReceiver: true } : {};
	return { ...form, ...shown, ...asked, [role]: person };
}

export function isPaperThere(paper: PaperCount): boolean {
	return COUNTS.some((count) => Number(paper[count]) > 0);
}

/** missingPapers - of the published list, those that must be there; nothing is sent with service 2. */
export function missingPapers(form: Form, published: Procedure | null) {
	return form.service === 2 ? [] : (published?.papers ?? []).filter(({ name, required }) =>
		required && !form.papers.some((paper) => paper.name === name && isPaperThere(paper)));
}

/** forDisk - without what may be an identity card's number: half a card that a scanner is still typing. */
export function forDisk(form: Form): Form {
	const clean = (text: string) => (/\||\d{12}/.test(text) ? "" : text);
	const person = ({ name, phone, address }: Person) => ({ name: /\||\d{9}/.test(name) ? "" : name, phone: clean(phone), address: clean(address) });
	const barless = (text: string) => (text.includes("|") ? "" : text);
	return {
		...form, citizen: person(form.citizen), receiver: person(form.receiver), submitter: person(form.submitter),
		code: barless(form.code), authorisation: barless(form.authorisation), seal: barless(form.seal), receipt: barless(form.receipt),
		note: barless(form.note), wish: barless(form.wish), fee: barless(form.fee), grams: barless(form.grams), postage: barless(form.postage),
		idLast4: form.idLast4.slice(0, 4),
		papers: form.papers.map((paper) => ({ ...paper, name: barless(paper.name) })),
	};
}
