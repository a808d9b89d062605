// The intake form's modules without a browser: cards, phones, money, what is wrong with a form, what a draft may hold.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import test from "node:test";
import { webcrypto } from "node:crypto";

globalThis.crypto ??= webcrypto; // Node 18 has it, but not as a global

const source = join(process.env.HOSO_SOURCE, "client/web/src");
const { buildSync } = createRequire(import.meta.url)("esbuild");

async function load(file) {
	const built = buildSync({ entryPoints: [join(source, file)], bundle: true, write: false, format: "esm", platform: "neutral", mainFields: ["module", "main"] });
	return import(`data:text/javascript,${encodeURIComponent(built.outputFiles[0].text)}`);
}

const { parseCard } = await load("base/id_card.ts");
const { cleanPhone } = await load("base/phone.ts");
const { qr } = await load("base/qr.ts");
const { Wedge } = await load("scan/wedge.ts");
const { feeOf, postageOf, readMoney, showMoney } = await load("intake/money.ts");
const { emptyForm, forDisk, isBegun, takeCard, takeProcedure } = await load("intake/form.ts");
const { check, fieldOf } = await load("intake/check.ts");
const { dataOf } = await load("intake/data.ts");

const NUMBER = "079123450123";
const CARD = `${NUMBER}|271234567|Nguyễn Văn An|15021990|Nam|12 Lê Lợi, Đồng Hới|10052021`;
const PROCEDURE = {
	code: "1.1", name: "Thường trú", send_by_post: true, return_by_post: true, fee: 9000, note: "", days: 7,
	papers: [{ no: 1, name: "Tờ khai", original: 1, certified: 0, copy: 0, required: true, guidance: "" }, { no: 2, name: "Ảnh", original: 0, certified: 0, copy: 2, required: false, guidance: "" }],
	fees: [{ kind: "phi", name: "Phí", amount: 10_000 }, { kind: "le_phi", name: "Lệ phí", amount: 5000 }],
	postage: [{ relation: "district", grams_max: 500, amount: 30_550 }, { relation: "district", grams_max: 100, amount: 26_500 }, { relation: "inter", grams_max: 9000, amount: 1 }],
	rounding: "down_100", concessions: [{ code: "HN", name: "Hộ nghèo", percent: 50 }, { code: "NCC", name: "Có công", percent: 100 }],
	relations: [{ agency: "A1", relation: "district" }],
};
const CATALOGUE = { agencies: [{ code: "A1", name: "UBND" }], procedures: [{ code: "1.1", name: "Thường trú", by_post: true }, { code: "1.2", name: "Trực tiếp", by_post: false }] };

function filled(more = {}) {
	return { ...takeProcedure({ ...emptyForm("A1"), code: "RR123456785VN" }, "1.1", PROCEDURE), citizen: { name: "An", phone: "", address: "" }, receipt: "1", ...more };
}

test("a card gives name, address, kind and four digits, and nothing else of its number", () => {
	assert.deepEqual(parseCard(`${CARD}\r\n`), { kind: "cccd", last4: "0123", name: "Nguyễn Văn An", address: "12 Lê Lợi, Đồng Hới" });
	assert.equal(parseCard(`${NUMBER}||Lê Thị Bảy|01011985|Nữ|3 Hùng Vương|02082024|Cha|Mẹ`).kind, "can_cuoc");
	assert.equal(parseCard("271234567||An|15021990|Nam|12 Lê Lợi|10052001").kind, "cmnd");
	assert.ok(!JSON.stringify(parseCard(CARD)).includes(NUMBER.slice(0, 8)));
	for (const bad of ["", "RR123456785VN", NUMBER, CARD.slice(0, 40), CARD.replace("15021990", "31021990"), CARD.replace("Nguyễn Văn An", " "),
		CARD.replace(NUMBER, "12345"), CARD.replace("An", "A\u0000n"), CARD.replace("Đồng Hới", "x".repeat(3000))]) {
		assert.equal(parseCard(bad), null, bad.slice(0, 60));
	}
});

test("the same phones as the server takes", () => {
	assert.deepEqual(["0912 345 678", "+84 912.345.678", "(0232) 382-1234", "84912345678"].map(cleanPhone), ["0912345678", "0912345678", "02323821234", "0912345678"]);
	assert.deepEqual(["", "12345", "9123456789", "0912345678901", "09123x5678", "0912+345678"].map(cleanPhone), ["", "", "", "", "", ""]);
});

test("a card in the wedge is a card, good or bad, and its Enter presses nothing", () => {
	for (const text of [CARD, `${NUMBER}|half`]) {
		const wedge = new Wedge();
		Array.from(text).forEach((key, i) => wedge.push({ code: "", key, atMs: 5 * i }));
		assert.ok(wedge.isRunning(5 * text.length));
		assert.ok(!wedge.isRunning(5 * text.length + 500));
		assert.deepEqual(wedge.push({ code: "Enter", key: "Enter", atMs: 5 * text.length }), { swallow: true, scan: { kind: "card", text } });
	}
});

test("postage by the lowest step that holds it, less the concession, down to whole hundreds; nothing is guessed", () => {
	assert.equal(postageOf(PROCEDURE, "A1", 100, "").amount, 26_500);
	assert.equal(postageOf(PROCEDURE, "A1", 101, "").amount, 30_550);
	assert.equal(postageOf(PROCEDURE, "A1", 101, "HN").amount, 15_200);
	assert.equal(postageOf(PROCEDURE, "A1", 101, "NCC").amount, 0);
	for (const unknown of [postageOf(PROCEDURE, "A2", 100, ""), postageOf(PROCEDURE, "A1", 501, ""), postageOf(PROCEDURE, "A1", 0, ""), postageOf(PROCEDURE, "A1", 100, "XX"),
		postageOf(null, "A1", 100, ""), postageOf({ ...PROCEDURE, rounding: "up_1000" }, "A1", 100, "")]) {
		assert.equal(unknown, null);
	}
	assert.equal(feeOf(PROCEDURE), 15_000);
	assert.equal(feeOf({ ...PROCEDURE, fees: [] }), 9000);
	assert.deepEqual(["15.000", "15 000", "0", "x", "-1", "1,5", "99999999999"].map(readMoney), [15_000, 15_000, 0, null, null, null, null]);
	assert.equal(showMoney(1_234_567), "1.234.567 đ");
});

test("a form that is right has nothing wrong; each mistake is told at its own box", () => {
	assert.deepEqual([...check(filled(), CATALOGUE, PROCEDURE)], []);
	const cases = [
		[{ code: "" }, "code", "code_missing"], [{ code: "RR123456784VN" }, "code", "check_digit"], [{ code: "hello" }, "code", "code_shape"],
		[{ procedure: "" }, "procedure", "procedure_missing"], [{ procedure: "9" }, "procedure", "procedure_unknown"], [{ procedure: "1.2" }, "procedure", "procedure_not_by_post"],
		[{ agency: "" }, "agency", "agency_missing"], [{ agency: "9" }, "agency", "agency_unknown"], [{ service: 0 }, "service", "service_missing"],
		[{ citizen: { name: "", phone: "", address: "" } }, "citizen.name", "citizen_missing"], [{ citizen: { name: NUMBER, phone: "", address: "" } }, "citizen.name", "no_name"],
		[{ citizen: { name: CARD, phone: "", address: "" } }, "citizen.name", "no_name"], [{ citizen: { name: "An", phone: "12", address: "" } }, "citizen.phone", "phone"],
		[{ citizen: { name: "An", phone: "", address: CARD } }, "citizen.address", "card_here"], [{ citizen: { name: "ă".repeat(241), phone: "", address: "" } }, "citizen.name", "too_long"],
		[{ service: 3, hasReceiver: true }, "receiver.name", "receiver_missing"], [{ hasSubmitter: true, submitter: { name: "B", phone: "", address: "" } }, "authorisation", "authorisation"],
		[{ idLast4: "01234" }, "idLast4", "last4"], [{ idLast4: "0123" }, "idKind", "id_kind"], [{ idKind: "cccd" }, "idLast4", "last4"],
		[{ fee: "x" }, "fee", "amount"], [{ receipt: "" }, "receipt", "receipt"], [{ payment: "" }, "payment", "payment"], [{ grams: "0" }, "grams", "grams"], [{ grams: "50001" }, "grams", "grams"],
		[{ concession: "HN" }, "postage", "postage_missing"], [{ concession: "XX", postage: "1" }, "concession", "concession"], [{ postage: "1,5" }, "postage", "amount"],
		[{ papers: [{ name: "Tờ khai", original: "0", certified: "0", copy: "0", added: false }] }, "wish", "wish"],
		[{ papers: [{ name: "Tờ khai", original: "1000", certified: "0", copy: "0", added: false }] }, "papers.0.original", "count"],
		[{ seal: "x".repeat(201) }, "seal", "too_long"], [{ note: "x".repeat(2001) }, "note", "too_long"], [{ note: CARD }, "note", "card_here"],
	];
	for (const [more, field, token] of cases) {
		assert.deepEqual([...check(filled(more), CATALOGUE, PROCEDURE)], [[field, token]], JSON.stringify(more).slice(0, 80));
	}
	assert.equal(check(filled(), CATALOGUE, { ...PROCEDURE, send_by_post: false }).get("service"), "send_not_by_post");
	assert.equal(check(filled({ service: 3 }), CATALOGUE, { ...PROCEDURE, return_by_post: false }).get("service"), "return_not_by_post");
	assert.deepEqual([...check(filled({ procedure: "8", agency: "8", papers: [] }), null, null)], [], "what this device does not know it does not judge");
	const words = JSON.parse(readFileSync(join(source, "words/vi.json"), "utf8"));
	assert.deepEqual(cases.map(([, , token]) => `wrong.${token}`).filter((key) => !(key in words)), []);
	assert.deepEqual([fieldOf("receipt", ""), fieldOf("", "unknown_concession"), fieldOf("", "wrong_state")], ["receipt", "concession", "code"]);
});

test("the scan's data: who sends and who receives, by service; nothing that is empty", () => {
	const one = dataOf(filled({ grams: "101", concession: "HN", code: "x" }), PROCEDURE, "UBND");
	assert.deepEqual(one, {
		sender: { name: "An" }, receiver: { name: "UBND" }, agency: "A1", procedure: "1.1", service: 1, papers: [
			{ name: "Tờ khai", original: 1, certified: 0, copy: 0 }, { name: "Ảnh", original: 0, certified: 0, copy: 2 }],
		fee: 15_000, postage: 15_200, receipt: "1", payment: "cash", grams: 101, concession: "HN",
	});
	const two = dataOf(filled({ service: 2, fee: "0", receipt: "left over" }), PROCEDURE, "UBND");
	assert.deepEqual(two, { sender: { name: "UBND" }, receiver: { name: "An" }, agency: "A1", procedure: "1.1", service: 2, leg_kind: "result", fee: 0 });
	const three = dataOf(filled({ service: 3, hasReceiver: true, receiver: { name: "Bảy\u202e", phone: "+84912345678", address: "" } }), PROCEDURE, "UBND");
	assert.deepEqual([three.sender, three.receiver], [{ name: "An" }, { name: "Bảy", phone: "0912345678" }]);
	assert.deepEqual(dataOf(filled({ service: 3 }), PROCEDURE, "UBND").receiver, { name: "An" });
	const missing = dataOf(filled({ papers: [], wish: "Gửi trước" }), PROCEDURE, "UBND");
	assert.deepEqual([missing.missing_papers, missing.note], [["Tờ khai"], "Nguyện vọng của người gửi khi còn thiếu giấy tờ: Gửi trước"]);
});

test("no half of a card gets into a draft, and what is no card does", () => {
	for (const end of [9, 12, 13, 20, CARD.length]) {
		const part = CARD.slice(0, end);
		const kept = JSON.stringify(forDisk(filled({ code: part.includes("|") ? part : "", citizen: { name: part, phone: end < 12 ? "" : part, address: end < 12 ? "" : part }, note: part.includes("|") ? part : "", idLast4: part })));
		assert.ok(!kept.includes(part) && !kept.includes(NUMBER), part);
	}
	const whole = filled({ citizen: { name: "An", phone: "0912345678", address: "12 Lê Lợi" }, note: "Gọi trước" });
	assert.deepEqual(forDisk(whole), whole);
	assert.ok(isBegun(whole));
	assert.ok(!isBegun(emptyForm("A1")));
	assert.equal(takeCard(filled({ idKind: "" }), "receiver", parseCard(CARD)).idKind, "", "another's card does not say who stands here");
});

test("a QR code has its corners, and what is too long for a slip has none", () => {
	const rows = qr("RR123456785VN.abcdefghijkmnpqrstuvwxyz23");
	assert.equal(rows.length, 29);
	for (const [row, column] of [[0, 0], [0, 22], [22, 0]]) {
		assert.deepEqual(rows.slice(row, row + 7).map((line) => line.slice(column, column + 7).map(Number).join("")),
			["1111111", "1000001", "1011101", "1011101", "1011101", "1000001", "1111111"]);
	}
	assert.equal(qr("x".repeat(107)), null);
});
