// What an officer's forms make of what stands in their boxes, and what may be said next; without a browser.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import test from "node:test";
import { webcrypto } from "node:crypto";

globalThis.crypto ??= webcrypto; // Node 18 has it, but not as a global
const root = process.env.HOSO_SOURCE;
const { buildSync } = createRequire(import.meta.url)("esbuild");
const built = buildSync({ entryPoints: [join(root, "client/web/src/step/step.ts")], bundle: true, write: false, format: "esm", platform: "neutral" });
const { check, FIELDS, fieldOf, formOf, itemFormOf, mayUndo, mayUndoRedirect, mustOf, nextOf, nextOfItem, REQUIRED, saidOnce, scanOf, voidable } = await import(`data:text/javascript,${encodeURIComponent(built.outputFiles[0].text)}`);

const TODAY = "2026-11-28";
const NOW = Date.parse("2026-11-28T02:00:00Z");
const told = (status, events = [], code = "H06-1") => ({ dossier_code: code, status, legs: [{ item_code: "RR123456785VN", kind: "submit" }], events });
const event = (kind, more = {}) => ({ event_id: kind, item_code: "", kind, occurred_at: "2026-11-28T01:50:00Z", verdict: "recorded", actor: "A", role: "agency", ...more });
const filled = (kind, values) => ({ ...formOf(kind, told("received")), values });

test("each form asks for what the server requires of its kind, and for nothing that it refuses", () => {
	const source = readFileSync(join(root, "daemon/model/step.c"), "utf8");
	for (const kind of ["bound", "supplement_asked", "due_changed", "result_ready", "declined", "withdrawn", "void", "closed"]) {
		const rule = new RegExp(`\\[EVENT_${kind.toUpperCase()}\\] = \\{([^}]*)\\}`).exec(source)[1];
		const bits = (name) => [...(new RegExp(`\\.${name} = ([^,}]*)`).exec(rule)?.[1] ?? "").matchAll(/BIT\((\w+)\)/g)].map(([, bit]) => bit.toLowerCase());
		const [required, optional] = [bits("required"), bits("optional")];
		const own = (fields) => fields.filter((field) => field !== "target").sort();
		assert.deepEqual([...REQUIRED[kind]].sort(), own(required), kind);
		assert.deepEqual([...FIELDS[kind]].sort(), own([...required, ...optional]).filter((field) => !["procedure", "receiver"].includes(field)), kind);
	}
});

test("of an item each form asks for what the server takes of its kind", () => {
	const source = readFileSync(join(root, "daemon/model/scan.c"), "utf8");
	const boxes = { receiver: ["receiver_name", "receiver_phone", "receiver_address"] }; // of which the page wants an address, too
	for (const kind of ["redirected", "lost", "found"]) {
		const rule = new RegExp(`\\[EVENT_${kind.toUpperCase()}\\] = \\{([^}]*)\\}`).exec(source)[1];
		const bits = (name) => [...(new RegExp(`\\.${name} = ([^,}]*)`).exec(rule)?.[1] ?? "").matchAll(/BIT\((\w+)\)/g)].map(([, bit]) => bit.toLowerCase());
		const [required, optional] = [bits("required"), bits("optional")];
		assert.ok(required.length + optional.length > 0, kind);
		const allowed = [...required, ...optional].flatMap((bit) => boxes[bit] ?? [bit]);
		assert.deepEqual(FIELDS[kind].filter((field) => !allowed.includes(field)), [], kind);
		assert.deepEqual(required.filter((bit) => !REQUIRED[kind].includes(boxes[bit]?.[0] ?? bit)), [], kind);
		assert.deepEqual(allowed.filter((field) => !FIELDS[kind].includes(field)), []);
	}
});

test("of an item is offered what its state takes, and only to whom may", () => {
	const source = readFileSync(join(root, "daemon/model/leg.c"), "utf8");
	const sets = {};
	for (const [, name, text] of source.matchAll(/#define (CARRIED|OPEN) \(((?:.*\\\n)*.*)\)/g)) {
		sets[name] = [...text.matchAll(/S\(LEG_(\w+)\)|\b(CARRIED)\b/g)].map(([, state, set]) => state ?? set);
	}
	const states = (text) => [...text.matchAll(/S\(LEG_(\w+)\)|\b(CARRIED|OPEN)\b/g)].flatMap(([, state, set]) => (state ? [state] : sets[set].flatMap((one) => sets[one] ?? [one]))).map((state) => state.toLowerCase());
	const row = (kind) => new RegExp(`\\[EVENT_${kind.toUpperCase()}\\] = \\{([^}]*)\\}`).exec(source)[1];
	const all = [...readFileSync(join(root, "include/hoso/leg.h"), "utf8").matchAll(/X\(LEG_\w+, "(\w+)", [01], /g)].map(([, wire]) => wire);
	assert.ok(all.includes("lost") && all.length > 12);
	for (const kind of ["redirected", "lost", "found"]) {
		const [roles, ...rest] = row(kind).split(",");
		const takes = states(rest.join(","));
		const from = kind === "lost" ? takes.filter((state) => state !== "lost") : kind === "found" ? ["lost"] : takes.filter((state) => state !== "new");
		for (const state of all) {
			assert.equal(nextOfItem(state, true).includes(kind), from.includes(state), `${kind} in ${state}`);
			assert.equal(nextOfItem(state, false).includes(kind), from.includes(state) && roles.includes("CLERKS"), `${kind} in ${state} by a clerk`);
		}
	}
	const receiver = { name: "Lê Hoa", phone: "******4321", address: "x" };
	const form = itemFormOf("redirected", "RR123456785VN", { ...told("with_post"), receiver });
	assert.deepEqual(form.values, { receiver_name: "Lê Hoa" }, "a masked telephone is none");
	const { data, isStep, code } = scanOf({ ...form, values: { ...form.values, receiver_address: "9 Trần Phú", requester: "Người nhận", next_office: "" } });
	assert.deepEqual([data, isStep, code], [{ requester: "Người nhận", receiver: { name: "Lê Hoa", address: "9 Trần Phú" } }, false, "RR123456785VN"]);
});

test("what may be said next follows the server's table", () => {
	const source = readFileSync(join(root, "daemon/model/dossier_step.c"), "utf8");
	const sets = Object.fromEntries([...source.matchAll(/#define (AT_AGENCY|COMING|RESULT_OUT|ENDED) \((.*)\)/g)].map(([, name, text]) => [name, [...text.matchAll(/S\((\w+)\)/g)].map(([, status]) => status)]));
	const takes = (kind) => {
		const row = new RegExp(`\\[EVENT_${kind.toUpperCase()}\\] = \\{OFFICERS,([^}]*)DOSSIER_`).exec(source)[1];
		return [...row.matchAll(/S\((\w+)\)|(AT_AGENCY|COMING|RESULT_OUT)/g)].flatMap(([, one, many]) => (many ? sets[many] : [one])).map((status) => status.toLowerCase());
	};
	const statuses = [...readFileSync(join(root, "include/hoso/dossier_status.h"), "utf8").matchAll(/X\(DOSSIER_\w+, "(\w+)"/g)].map(([, wire]) => wire);
	assert.ok(statuses.length > 10);
	for (const status of statuses) {
		for (const kind of nextOf(told(status))) {
			assert.ok(takes(kind).includes(status), `${kind} is offered in ${status}`);
		}
	}
	for (const status of ["submitted", "received", "processing"]) {
		assert.deepEqual(nextOf(told(status)), ["bound", "supplement_asked", "due_changed", "result_ready", "declined", "withdrawn"]);
	}
	const closing = /\[EVENT_CLOSED\] = \{ROLE_BIT\(ROLE_SUPERVISOR\)[^,]*,([^}]*)DOSSIER_/.exec(source)[1];
	const closable = [...closing.matchAll(/S\((\w+)\)|(AT_AGENCY|COMING|RESULT_OUT)/g)].flatMap(([, one, many]) => (many ? sets[many] : [one])).map((status) => status.toLowerCase());
	for (const status of statuses) {
		assert.equal(nextOf(told(status), true).includes("closed"), closable.includes(status), `closed in ${status}`);
		assert.ok(!nextOf(told(status)).includes("closed"), "an officer closes nothing");
	}
	assert.deepEqual(nextOf(told("submitted", [], null)), ["bind"], "without a code it has no address");
	assert.deepEqual(nextOf(told("closed", [], null)), []);
});

test("what may be said once is not offered again, unless it was taken back", () => {
	const asked = [event("supplement_asked"), event("due_changed")];
	assert.deepEqual(saidOnce(told("received", asked)), ["supplement_asked", "due_changed"]);
	assert.deepEqual(saidOnce(told("received", [...asked, event("void", { data: { target: "due_changed" } })])), ["supplement_asked"]);
	assert.deepEqual(nextOf(told("received", asked)), ["bound", "result_ready", "declined", "withdrawn"]);
	assert.deepEqual(saidOnce(told("received", [event("supplement_asked", { verdict: "duplicate" })])), []);
});

test("a supervisor says again what is said once, and why; and takes back whatever stands", () => {
	const asked = [event("supplement_asked"), event("delivered", { item_code: "RR123456785VN", role: "clerk" }), event("declined", { verdict: "duplicate" })];
	const dossier = told("received", asked);
	assert.ok(nextOf(dossier, true).includes("supplement_asked"));
	assert.deepEqual([mustOf("supplement_asked", dossier), mustOf("due_changed", dossier), mustOf("withdrawn", dossier)], [["note"], [], ["slip"]]);
	const again = { ...filled("supplement_asked", { content: "x" }), must: ["note"] };
	assert.equal(check(again, TODAY).get("note"), "note_missing");
	assert.equal(check({ ...again, values: { content: "x", note: "y" } }, TODAY).size, 0);
	assert.deepEqual(voidable(dossier).map(({ kind }) => kind), ["delivered", "supplement_asked"]);
	assert.deepEqual(voidable(told("received", [...asked, event("void", { data: { target: "delivered" } })])).map(({ kind }) => kind), ["supplement_asked"]);
	const words = JSON.parse(readFileSync(join(root, "client/web/src/words/vi.json"), "utf8"));
	assert.ok("wrong.note_missing" in words && "wrong.slip_missing" in words);
});

test("only one's own last step is taken back, and not after a quarter of an hour", () => {
	const mine = event("declined");
	assert.equal(mayUndo(told("refused", [mine]), "A", NOW)?.event_id, "declined");
	assert.equal(mayUndo(told("refused", [mine]), "B", NOW), null);
	assert.equal(mayUndo(told("refused", [mine]), "A", NOW + 300_001), null);
	assert.equal(mayUndo(told("received", [mine, event("void", { data: { target: "declined" } })]), "A", NOW), null);
	assert.equal(mayUndo(told("received", [event("delivered", { item_code: "RR123456785VN" })]), "A", NOW), null, "an item's scan is not theirs");
	const form = formOf("void", told("received"), event("bound", { item_code: "RR123456785VN" }));
	assert.deepEqual([form.code, form.isStep, form.target], ["RR123456785VN", false, "bound"], "a code is unbound at the item that it was bound to");
});

test("what is wrong is told at its box, in words that there are", () => {
	const cases = [
		["bind", {}, "dossier_code", "dossier_code_missing"], ["bind", { dossier_code: "rr123456785vn" }, "dossier_code", "dossier_code"],
		["bind", { dossier_code: "ABCDE" }, "dossier_code", "dossier_code"], ["bound", { received_on: "2026-11-29" }, "received_on", "received_later"],
		["bound", { received_on: "0026-11-29" }, "received_on", "date"], ["bound", { received_on: "2026-11-20", due_on: "2026-11-19" }, "due_on", "due_before_received"],
		["supplement_asked", { content: " " }, "content", "content_missing"], ["supplement_asked", { content: "ế".repeat(667) }, "content", "too_long"],
		["due_changed", {}, "due_on", "due_on_missing"], ["due_changed", { due_on: "2026-11-27" }, "due_on", "due_over"],
		["result_ready", {}, "result_kind", "result_kind_missing"], ["result_ready", { result_kind: "x", collect: "-1" }, "collect", "amount"],
		["declined", {}, "number", "number_missing"], ["declined", { number: "1|2|3" }, "number", "card_here"], ["void", {}, "void_reason", "void_reason_missing"],
		["result_new", {}, "procedure", "procedure_missing"], ["result_new", {}, "receiver_name", "receiver_name_missing"],
		["result_new", { receiver_name: "012345678901" }, "receiver_name", "no_name"], ["result_new", { receiver_phone: "1" }, "receiver_phone", "phone"],
		["lost", {}, "note", "note_missing"], ["redirected", { receiver_name: "A" }, "receiver_address", "receiver_address_missing"], ["redirected", {}, "requester", "requester_missing"],
	];
	const words = JSON.parse(readFileSync(join(root, "client/web/src/words/vi.json"), "utf8"));
	for (const [kind, values, field, token] of cases) {
		assert.equal(check(filled(kind, values), TODAY).get(field), token, `${kind} ${JSON.stringify(values)}`);
		assert.ok(`wrong.${token}` in words, token);
	}
	assert.equal(check(filled("bound", {}), TODAY).size, 0);
	assert.equal(check(filled("supplement_asked", { content: "ế".repeat(666), due_on: "2026-11-27" }), TODAY).size, 0, "the last that fits");
	for (const field of new Set(Object.values(FIELDS).flat())) {
		assert.ok(`step_field.${field}` in words, field);
	}
	for (const kind of Object.keys(FIELDS)) {
		assert.ok(`step.${kind}` in words && `step_about.${kind}` in words, kind);
	}
});

test("what is sent is what was typed, cleaned, and nothing that is empty", () => {
	const { eventId, ...sent } = scanOf({ ...formOf("bind", told("submitted", [], null)), values: { dossier_code: " h06 .1", note: "  " } });
	assert.deepEqual(sent, { code: "RR123456785VN", isStep: false, kind: "bound", data: { dossier_code: "H06.1" }, replaces: "" });
	assert.match(eventId, /^[0-9a-f-]{36}$/);
	const unseen = scanOf({ ...formOf("result_new", null), values: { dossier_code: "h06.2", procedure: "1.1", receiver_name: " Lê  Hoa ", receiver_phone: "+84 912345678", result_kind: "x", collect: "15.000" } });
	assert.deepEqual([unseen.code, unseen.isStep, unseen.kind], ["H06.2", true, "result_ready"]);
	assert.deepEqual(unseen.data, { procedure: "1.1", result_kind: "x", collect: 15000, receiver: { name: "Lê  Hoa", phone: "0912345678" } });
});

test("a refusal belongs to a box of its form, or to the whole of it", () => {
	assert.equal(fieldOf("bind", "", "code_taken"), "dossier_code");
	assert.equal(fieldOf("result_new", "", "unknown_procedure"), "procedure");
	assert.equal(fieldOf("result_new", "receiver", "bad_member"), "receiver_name");
	assert.equal(fieldOf("due_changed", "due_on", "bad_member"), "due_on");
	assert.equal(fieldOf("declined", "", "dossier_ended"), "");
});

test("a clerk takes back the redirection that an item goes by, and no other", () => {
	const mine = event("redirected", { event_id: "first", item_code: "RR123456785VN", role: "clerk" });
	const of = (events, state = "in_transit") => ({ ...told("with_post", events), legs: [{ item_code: "RR123456785VN", kind: "submit", state }] });
	const asked = (whole, actor = "A", nowMs = NOW) => mayUndoRedirect(whole, "RR123456785VN", actor, nowMs)?.event_id ?? null;
	assert.equal(asked(of([mine])), "first");
	assert.equal(asked(of([mine, event("out_for_delivery", { item_code: "RR123456785VN", role: "courier", actor: "B" })], "out_for_delivery")), "first", "its courier is told");
	assert.equal(asked(of([mine]), "B"), null);
	assert.equal(asked(of([mine]), "A", NOW + 300_001), null);
	assert.equal(asked(of([mine], "delivered")), null, "too late");
	assert.equal(asked(of([mine, { ...mine, event_id: "second", actor: "B" }])), null, "it goes by another one's");
	assert.equal(asked(of([mine, event("void", { item_code: "RR123456785VN", data: { target: "first" } })])), null);
	assert.equal(asked(of([{ ...mine, verdict: "refused" }])), null);
	const form = formOf("void", of([mine]), mine);
	assert.deepEqual([form.code, form.isStep, form.target], ["RR123456785VN", false, "first"]);
});
