import { looksLikeCard } from "../base/id_card";
import { readItemCode } from "../base/item_code";
import { cleanPhone } from "../base/phone";
import type { Catalogue, Procedure } from "./catalogue";
import { cleanText, dataOf, postageIn } from "./data";
import { COUNTS, type Form, mayTake, missingPapers, type Person, type Role } from "./form";
import { readMoney } from "./money";

/*
 * What is wrong with a form, field by field, before it is recorded: the server's rules (daemon/model/scan.c,
 * daemon/flow/judge.c), so that a clerk hears of it while the citizen stands there. The server judges all the same.
 */
export type Wrong = Map<string, string>; // field → token of the sentence, "wrong.*" in the words

const WORD_MAX = 200;
const NAME_MAX = 480;
const ADDRESS_MAX = 1200;
const NOTE_MAX = 2000;
const DATA_MAX = 8192;
const PAPERS_MAX = 60;
const COPIES_MAX = 999;
const GRAMS_MAX = 50_000;
const encoder = new TextEncoder();

function bytesOf(text: string): number {
	return encoder.encode(cleanText(text)).length;
}

function checkCode(form: Form, wrong: Wrong): void {
	const reading = readItemCode(form.code);
	if (form.code.trim() === "") {
		wrong.set("code", "code_missing");
	} else if (reading.kind !== "code") {
		wrong.set("code", reading.kind === "misread" ? "check_digit" : "code_shape");
	}
}

function checkCatalogue(form: Form, known: Catalogue | null, published: Procedure | null, wrong: Wrong): void {
	const entry = known?.procedures.find(({ code }) => code === form.procedure);
	if (form.procedure.trim() === "") {
		wrong.set("procedure", "procedure_missing");
	} else if (known && !entry) {
		wrong.set("procedure", "procedure_unknown");
	} else if (entry?.by_post === false) {
		wrong.set("procedure", "procedure_not_by_post");
	}
	if (form.agency.trim() === "") {
		wrong.set("agency", "agency_missing");
	} else if (known && !known.agencies.some(({ code }) => code === form.agency)) {
		wrong.set("agency", "agency_unknown");
	}
	if (form.service === 0) {
		wrong.set("service", "service_missing");
	} else if (!mayTake(published, form.service)) {
		wrong.set("service", form.service !== 2 && published && !published.send_by_post ? "send_not_by_post" : "return_not_by_post");
	}
}

function checkPerson(person: Person, role: Role, wrong: Wrong): void {
	const name = cleanText(person.name);
	if (name === "") {
		wrong.set(`${role}.name`, `${role}_missing`);
	} else if (looksLikeCard(name) || /^[0-9]/.test(name)) {
		wrong.set(`${role}.name`, "no_name");
	} else if (bytesOf(name) > NAME_MAX) {
		wrong.set(`${role}.name`, "too_long");
	}
	if (person.phone.trim() !== "" && cleanPhone(person.phone.trim()) === "") {
		wrong.set(`${role}.phone`, "phone");
	}
	if (looksLikeCard(person.address) || bytesOf(person.address) > ADDRESS_MAX) {
		wrong.set(`${role}.address`, looksLikeCard(person.address) ? "card_here" : "too_long");
	}
}

function checkPeople(form: Form, wrong: Wrong): void {
	checkPerson(form.citizen, "citizen", wrong);
	if (form.service === 3 && form.hasReceiver) {
		checkPerson(form.receiver, "receiver", wrong);
	}
	if (form.hasSubmitter) {
		checkPerson(form.submitter, "submitter", wrong);
		if (form.authorisation.trim() === "") {
			wrong.set("authorisation", "authorisation");
		}
	}
	if (form.idLast4.trim() !== "" && !/^[0-9A-Za-z]{4}$/.test(form.idLast4.trim())) {
		wrong.set("idLast4", "last4");
	} else if (form.idLast4.trim() !== "" && !form.idKind) {
		wrong.set("idKind", "id_kind");
	} else if (form.idKind && form.idLast4.trim() === "") {
		wrong.set("idLast4", "last4");
	}
}

function checkPapers(form: Form, published: Procedure | null, wrong: Wrong): void {
	if (form.service === 2) {
		return;
	}
	for (const [i, paper] of form.papers.entries()) {
		for (const count of COUNTS) {
			if (!/^[0-9]{1,3}$/.test(paper[count].trim()) || Number(paper[count]) > COPIES_MAX) {
				wrong.set(`papers.${i}.${count}`, "count");
			}
		}
		if (paper.added && cleanText(paper.name) === "" && COUNTS.some((count) => Number(paper[count]) > 0)) {
			wrong.set(`papers.${i}.name`, "paper_name");
		}
	}
	if (form.papers.length > PAPERS_MAX) {
		wrong.set("papers", "too_many_papers");
	}
	if (missingPapers(form, published).length > 0 && form.wish.trim() === "") {
		wrong.set("wish", "wish");
	}
}

function checkMoney(form: Form, published: Procedure | null, wrong: Wrong): void {
	const fee = form.fee.trim() === "" ? 0 : readMoney(form.fee);
	if (fee === null) {
		wrong.set("fee", "amount");
	} else if (fee > 0 && form.receipt.trim() === "") {
		wrong.set("receipt", "receipt");
	}
	if (fee && !form.payment) {
		wrong.set("payment", "payment");
	}
	if (form.grams.trim() !== "" && (!/^[0-9]{1,5}$/.test(form.grams.trim()) || Number(form.grams) < 1 || Number(form.grams) > GRAMS_MAX)) {
		wrong.set("grams", "grams");
	}
	if (form.concession && published && !published.concessions.some(({ code }) => code === form.concession)) {
		wrong.set("concession", "concession");
	}
	if (form.postage.trim() !== "" && readMoney(form.postage) === null) {
		wrong.set("postage", "amount");
	} else if (form.concession && postageIn(form, published) === null) {
		wrong.set("postage", "postage_missing");
	}
}

function checkLengths(form: Form, published: Procedure | null, wrong: Wrong): void {
	for (const field of ["seal", "receipt", "authorisation"] as const) {
		if (bytesOf(form[field]) > WORD_MAX) {
			wrong.set(field, "too_long");
		} else if (looksLikeCard(form[field])) {
			wrong.set(field, "card_here");
		}
	}
	const data = dataOf(form, published, "");
	if (looksLikeCard(form.note)) {
		wrong.set("note", "card_here");
	} else if (bytesOf(String(data.note ?? "")) > NOTE_MAX || encoder.encode(JSON.stringify(data)).length > DATA_MAX - 500) {
		wrong.set("note", "too_long");
	}
}

/** check - empty when it may be recorded; @known and @published null: not known on this device, so not judged. */
export function check(form: Form, known: Catalogue | null, published: Procedure | null): Wrong {
	const wrong: Wrong = new Map();
	checkCode(form, wrong);
	checkCatalogue(form, known, published, wrong);
	checkPeople(form, wrong);
	checkPapers(form, published, wrong);
	checkMoney(form, published, wrong);
	checkLengths(form, published, wrong);
	return wrong;
}

/* Where on the form a refusal of the server belongs: by the member it names, else by what it is. */
const MEMBERS: Record<string, string> = {
	sender: "citizen.name", receiver: "citizen.name", submitter: "submitter.name", id_last4: "idLast4", id_kind: "idKind",
	missing_papers: "papers", data: "note", agency: "agency", procedure: "procedure", service: "service", authorisation: "authorisation", papers: "papers",
	seal: "seal", fee: "fee", receipt: "receipt", payment: "payment", grams: "grams", concession: "concession", postage: "postage", note: "note",
};
const TOKENS: Record<string, string> = {
	unknown_agency: "agency", unknown_procedure: "procedure", send_not_by_post: "service", return_not_by_post: "service",
	unknown_concession: "concession", too_many_papers: "papers", submitter_unauthorised: "authorisation", fee_without_receipt: "receipt",
	fee_without_payment: "payment", receipt_taken: "receipt", too_large: "note",
};

export function fieldOf(member: string, token: string): string {
	return MEMBERS[member] ?? TOKENS[token] ?? "code";
}
