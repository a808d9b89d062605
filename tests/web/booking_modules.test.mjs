// What a clerk's booking forms make of what stands in their boxes; without a browser.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import test from "node:test";
import { webcrypto } from "node:crypto";

globalThis.crypto ??= webcrypto; // Node 18 has it, but not as a global
const root = process.env.HOSO_SOURCE;
const { buildSync } = createRequire(import.meta.url)("esbuild");
const built = buildSync({ entryPoints: [join(root, "client/web/src/visit/booking.ts")], bundle: true, write: false, format: "esm", platform: "neutral" });
const { actionsOf, check, FIELDS, fieldOf, fieldsOf, formOf, requestOf } = await import(`data:text/javascript,${encodeURIComponent(built.outputFiles[0].text)}`);

const FROM = "2026-12-01T01:00:00.000Z";
const TO = "2026-12-01T02:00:00.000Z";
const VISIT = { id: "v", courier: { account: "c1", name: "C" } };
const filled = (action, values) => { const form = formOf(action, "2026-12-01", action === "book" ? null : VISIT); return { ...form, values: { ...form.values, ...values } }; };

test("what a clerk may do with a visit follows the server's table", () => {
	const source = readFileSync(join(root, "daemon/model/visit.c"), "utf8");
	const waiting = [.../#define WAITING \((.*)\)/.exec(source)[1].matchAll(/VISIT_(\w+)/g)].map(([, state]) => state.toLowerCase());
	for (const action of ["assign", "move", "cancel"]) {
		const row = new RegExp(`\\[VISIT_${action.toUpperCase()}\\] = \\{(.*)\\}`).exec(source)[1];
		assert.match(row, /^CLERKS, WAITING \| S\(VISIT_STARTED\),/);
		for (const state of ["booked", "assigned", "started", "arrived", "done", "cancelled"]) {
			assert.equal(actionsOf(state).includes(action), waiting.includes(state) || state === "started", `${action} in ${state}`);
		}
	}
});

test("what is wrong is told at its box, in words that there are", () => {
	const words = JSON.parse(readFileSync(join(root, "client/web/src/words/vi.json"), "utf8"));
	const cases = [
		["book", {}, "name", "visit_name_missing"], ["book", {}, "phone", "visit_phone_missing"], ["book", {}, "address", "visit_address_missing"],
		["book", {}, "window", "visit_window_missing"], ["book", { day: "" }, "day", "visit_day_missing"], ["book", { phone: "12" }, "phone", "phone"],
		["book", { name: "0123" }, "name", "no_name"], ["book", { address: "1|2" }, "address", "card_here"], ["book", { note: "ế".repeat(667) }, "note", "too_long"],
		["book", { items: "RR123456785VN\nRR123456784VN" }, "items", "item_codes"], ["book", { items: "RR123456785VN" }, "procedure", "visit_procedure_missing"],
		["book", { items: "RR123456785VN, rr 123 456 785 vn" }, "items", "codes_twice"],
		["book", { kind: "mix", items: "RR123456785VN", returns: "RR123456785VN" }, "returns", "codes_twice"],
		["book", { dossiers: "H06.1\nRR123456785VN" }, "dossiers", "dossier_codes"],
		["book", { items: Array.from({ length: 21 }, (_, n) => `ABC-${100 + n}`).join("\n") }, "items", "codes_many"],
		["assign", { courier: "" }, "courier", "visit_courier_missing"], ["move", {}, "reason", "visit_reason_missing"],
		["cancel", { reason: "other" }, "note", "visit_note_missing"], ["cancel", {}, "wished_by", "visit_wished_by_missing"],
	];
	for (const [action, values, field, token] of cases) {
		assert.equal(check(filled(action, values)).get(field), token, `${action} ${JSON.stringify(values)}`);
		assert.ok(`wrong.${token}` in words, token);
	}
	assert.equal(check(filled("cancel", { reason: "busy", wished_by: "citizen" })).size, 0, "a note is for another reason only");
	assert.equal(check(filled("move", { reason: "busy", wished_by: "post", window: `${FROM}|${TO}`, courier: "" })).size, 0, "moved, it may be nobody's");
	for (const field of new Set(Object.values(FIELDS).flat())) {
		assert.ok(`visit_field.${field}` in words, field);
	}
});

test("what is sent has the members of its action, and no others", () => {
	const person = { name: "Trần  Bé ", phone: "+84 912345678", address: "5 Trần Phú", window: `${FROM}|${TO}` };
	const { path, body: { id, ...book } } = requestOf(filled("book", person));
	assert.match(id, /^[0-9a-f-]{36}$/);
	assert.deepEqual([path, book], ["/v1/visits", { kind: "pickup", channel: "phone", person: { name: "Trần  Bé", phone: "0912345678", address: "5 Trần Phú" }, window_from: FROM, window_to: TO }]);
	const things = requestOf(filled("book", { ...person, kind: "mix", procedure: "1.1", items: "rr 123 456 785 vn\n", returns: "EB000717618VN", dossiers: " h06 .1 ;H06.2" })).body;
	assert.deepEqual([things.items, things.returns, things.dossiers], [["RR123456785VN"], ["EB000717618VN"], ["H06.1", "H06.2"]]);
	const brought = requestOf(filled("book", { ...person, kind: "return", items: "RR123456785VN", returns: "EB000717618VN" })).body;
	assert.deepEqual([brought.items, brought.returns], [undefined, ["EB000717618VN"]], "what its kind has no box for is not sent");
	assert.ok(!fieldsOf(filled("book", { kind: "pickup" })).includes("returns"));
	const change = (action, values) => { const { path: to, body: { id: made, ...rest } } = requestOf(filled(action, values)); assert.ok(made); return [to, rest]; };
	assert.deepEqual(change("assign", { courier: " c2 ", window: `${FROM}|${TO}`, note: "x" }), ["/v1/visits/v/changes", { action: "assign", courier: "c2" }]);
	assert.deepEqual(change("cancel", { reason: "busy", wished_by: "citizen", window: `${FROM}|${TO}` }), ["/v1/visits/v/changes", { action: "cancel", reason: "busy", wished_by: "citizen" }]);
	assert.deepEqual(change("move", { reason: "busy", wished_by: "citizen", window: `${FROM}|${TO}` })[1], { action: "move", reason: "busy", wished_by: "citizen", courier: "c1", window_from: FROM, window_to: TO });
});

test("a refusal belongs to a box of its form, or to the whole of it", () => {
	assert.equal(fieldOf("book", "window_from", "slot_full"), "window");
	assert.equal(fieldOf("assign", "courier", "bad_courier"), "courier");
	assert.equal(fieldOf("cancel", "", "visit_state"), "");
	assert.equal(fieldOf("cancel", "", "courier_busy"), "", "a cancelling has no box for a courier");
});
