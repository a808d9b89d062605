// The page's modules without a browser: what a scanner's keys mean, ids, codes.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import test from "node:test";
import { webcrypto } from "node:crypto";

globalThis.crypto ??= webcrypto; // Node 18 has it, but not as a global

const source = join(process.env.HOSO_SOURCE, "client/web/src");
const { buildSync } = createRequire(import.meta.url)("esbuild");

async function load(file) {
	const built = buildSync({ entryPoints: [join(source, file)], bundle: true, write: false, format: "esm", platform: "neutral" });
	return import(`data:text/javascript,${encodeURIComponent(built.outputFiles[0].text)}`);
}

const { isS10, readItemCode } = await load("base/item_code.ts");
const { deviceName, shortDevice } = await load("base/device.ts");
const { EventReader } = await load("base/events.ts");
const { apply, NOTHING } = await load("board/picture.ts");
const { isSigned } = await load("proof/ink.ts");
const { signState, sumUp } = await load("manifest/manifest.ts");
const { figureOf } = await load("report/report.ts");
const { uuid7 } = await load("base/uuid7.ts");
const { undo } = await load("scan/undo.ts");
const { Wedge } = await load("scan/wedge.ts");

function s10(service, serial, country = "VN") {
	const digits = String(serial).padStart(8, "0");
	return Array.from("0123456789", (check) => service + digits + check + country).find(isS10);
}

// A seeded generator: the same codes in each run.
function dice(seed) {
	return () => {
		seed = (seed * 1664525 + 1013904223) % 2 ** 32;
		return seed / 2 ** 32;
	};
}

function press(wedge, text, { gapMs = 5, fromMs = 0, mangle = (character) => character } = {}) {
	let atMs = fromMs;
	for (const character of text) {
		const code = /[0-9]/.test(character) ? `Digit${character}` : /[A-Z]/.test(character) ? `Key${character}` : "";
		wedge.push({ code, key: mangle(character), atMs });
		atMs += gapMs;
	}
	return wedge.push({ code: "Enter", key: "Enter", atMs });
}

test("check digits of the published examples", () => {
	for (const code of ["RR123456785VN", "RR473124829GB", "EB000717618HK", "RR000000155VN", "RR000000120VN", "RR000000005VN"]) {
		assert.ok(isS10(code), code);
	}
	assert.ok(!isS10("RR123456784VN"));
	assert.deepEqual(readItemCode("]C0rr 123 456 785 vn\r"), { kind: "code", code: "RR123456785VN" });
	assert.deepEqual(readItemCode("RR123456784VN"), { kind: "misread" });
	assert.deepEqual(readItemCode("HELLO-WORLD"), { kind: "none" });
});

test("a slip of the thumb is no signature; strokes count together", () => {
	assert.ok(!isSigned([]));
	assert.ok(!isSigned([[[0.5, 0.5]]]));
	assert.ok(!isSigned([[[0.5, 0.5], [0.55, 0.5], [0.6, 0.5]]]));
	assert.ok(isSigned([[[0.5, 0.5], [0.6, 0.5]], [[0.1, 0.1], [0.1, 0.2]]]));
});

test("ids lie in the order of their making, also when the clock goes back", () => {
	const ids = [uuid7(5000), uuid7(5000), uuid7(4000), ...Array.from({ length: 5000 }, () => uuid7(5000)), uuid7(9000)];
	assert.deepEqual(ids, [...ids].sort());
	assert.equal(new Set(ids).size, ids.length);
	assert.match(ids[0], /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});

test("a clock that was far ahead and is set right does not leave its ids in the future", () => {
	const at = (id) => Number.parseInt(id.replace("-", "").slice(0, 12), 16);
	const wrong = uuid7(20_000_000_000);
	assert.equal(at(wrong), 20_000_000_000);
	const right = uuid7(10_000_000_000);
	assert.equal(at(right), 10_000_000_000);
	assert.ok(uuid7(10_000_000_000) > right);
});

test("a burst with Enter is a scan and its Enter is swallowed; a hand's keys are left alone", () => {
	const wedge = new Wedge();
	assert.deepEqual(press(wedge, "RR123456785VN"), { swallow: true, scan: { kind: "code", code: "RR123456785VN" } });
	assert.deepEqual(press(wedge, "RR123456785VN", { gapMs: 120, fromMs: 9000 }), { swallow: false, scan: null });
	assert.deepEqual(press(wedge, "AN", { fromMs: 20_000 }), { swallow: false, scan: null });
});

test("somebody had begun to type when the scanner came", () => {
	const wedge = new Wedge();
	press(wedge, "NGUY", { gapMs: 150 });
	assert.equal(press(wedge, "RR123456785VN", { fromMs: 5000 }).scan.code, "RR123456785VN");
});

test("Caps Lock and another layout change what is written, not which keys are pressed", () => {
	const wedge = new Wedge();
	assert.equal(press(wedge, "RR123456785VN", { mangle: (character) => character.toLowerCase() }).scan.code, "RR123456785VN");
	const french = { 1: "&", 2: "é", 3: '"', 4: "'", 5: "(", 6: "-", 7: "è", 8: "_", 9: "ç", 0: "à" };
	assert.equal(press(wedge, "RR123456785VN", { fromMs: 9000, mangle: (c) => french[c] ?? c }).scan.code, "RR123456785VN");
});

test("keys that came from software are judged by their characters, and never by half of them", () => {
	const wedge = new Wedge();
	let atMs = 0;
	for (const key of "Ê123456785VN") { // Telex, which sends its own letter without a physical key
		wedge.push({ code: key === "Ê" ? "" : /[0-9]/.test(key) ? `Digit${key}` : `Key${key}`, key, atMs: (atMs += 5) });
	}
	const meant = undo("Ê123456785VN");
	const { scan } = wedge.push({ code: "Enter", key: "Enter", atMs: atMs + 5 });
	assert.deepEqual(scan, meant.length === 1 ? { kind: "code", code: meant[0] } : { kind: "misread", text: "Ê123456785VN" });
});

/* What an input method makes of keys: an own forward model, so that the undoing is not held against itself. */
const BASE = { A: "Â", E: "Ê", O: "Ô" };
const TONES = { telex: { S: "\u0301", F: "\u0300", R: "\u0309", X: "\u0303", J: "\u0323" }, vni: { 1: "\u0301", 2: "\u0300", 3: "\u0309", 4: "\u0303", 5: "\u0323" } };

function telex(keys) {
	return keys.replace(/^([AEO])\1/, (_, letter) => BASE[letter]).replace(/^DD/, "Đ")
		.replace(/^([AEIOUY])([SFRXJ])/, (_, letter, tone) => (letter + TONES.telex[tone]).normalize("NFC"));
}

function vni(keys) {
	return keys.replace(/^(.?)([AEIOUY])([1-5])/, (_, before, letter, tone) => (before + letter + TONES.vni[tone]).normalize("NFC"));
}

test("10,000 codes through Telex, VNI and Caps Lock: none wrong", () => {
	const roll = dice(20261128);
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
	let asked = 0;
	for (let i = 0; i < 10_000; i++) {
		const service = letters[Math.floor(roll() * 26)] + letters[Math.floor(roll() * 26)];
		const code = s10(service, Math.floor(roll() * 1e8));
		for (const written of [telex(code), vni(code), code.toLowerCase()]) {
			const meant = undo(written);
			assert.ok(meant.includes(code), `${code} as ${written}: ${meant}`);
			asked += meant.length > 1;
		}
	}
	console.log(`asked: ${asked} of 30000`);
});

test("both languages have the same words, with the same gaps", () => {
	const [vi, en] = ["vi", "en"].map((name) => JSON.parse(readFileSync(join(source, `words/${name}.json`), "utf8")));
	assert.deepEqual(Object.keys(vi), Object.keys(en));
	const gaps = (text) => (text.match(/\{\w+\}/g) ?? []).sort();
	for (const key of Object.keys(vi)) {
		assert.deepEqual(gaps(vi[key]), gaps(en[key]), key);
		assert.ok(vi[key] && en[key], key);
		assert.equal(vi[key], vi[key].normalize("NFC"), key);
	}
});

test("every word that the page asks for is there, and none is there for nothing", () => {
	const code = execFileSync("grep", ["-rhoE", "\"[a-z_0-9]+\\.[a-z_.0-9]+\"|`[a-z_]+\\.\\$|word\\(\"[a-z_]+\"", source, "--include=*.ts", "--include=*.tsx"], { encoding: "utf8" }).split("\n");
	const asked = new Set(code.filter((line) => /^"[a-z_.0-9]+"$/.test(line)).map((line) => line.slice(1, -1)));
	const prefixes = code.map((line) => /^(?:`|word\(")([a-z_]+)/.exec(line)?.[1]).filter(Boolean);
	const words = Object.keys(JSON.parse(readFileSync(join(source, "words/vi.json"), "utf8")));
	assert.deepEqual(words.filter((key) => !asked.has(key) && !prefixes.includes(key.split(".")[0]) && key.includes(".")), []);
	const known = new Set(words);
	assert.deepEqual([...asked].filter((key) => words.some((word) => word.split(".")[0] === key.split(".")[0]) && !known.has(key)), []);
});

test("a number is followed to its own row's items, or not at all", () => {
	const columns = [{ key: "key", kind: "text", figure: null }, { key: "n", kind: "count", figure: "accepted" }, { key: "m", kind: "count", figure: null }];
	const row = (key) => ({ key, figure: "all", cells: [key, 3, 4] });
	const followed = (by, key) => columns.map((_, at) => figureOf({ by, columns }, row(key), at));
	assert.deepEqual(followed("at_office", "Y001"), [null, "accepted", null]);
	assert.deepEqual(followed(null, ""), [null, "accepted", null]); // the sum of all is followed to all
	assert.deepEqual(followed("agency", ""), [null, null, null]); // of no agency
});

test("a stream of events is read the same however it is cut into pieces", () => {
	const text = "retry: 3000\n\n: still here\n\nid: 7-a\nevent: board\ndata: {\"a\":\ndata: 1}\n\nevent: counts\ndata: {}\n\nid: 8-b\r\ndata: x\r\n\r\nid: 9\n\nda";
	const whole = new EventReader("0").feed(text);
	assert.deepEqual(whole, [{ id: "7-a", event: "board", data: '{"a":\n1}' }, { id: "7-a", event: "counts", data: "{}" }, { id: "8-b", event: "message", data: "x" }]);
	for (let size = 1; size < 40; size++) {
		const reader = new EventReader("0");
		const pieces = Array.from({ length: Math.ceil(text.length / size) }, (_, i) => text.slice(i * size, i * size + size));
		assert.deepEqual(pieces.flatMap((piece) => reader.feed(piece)), whole, `pieces of ${size}`);
	}
});

test("the board's picture: each hand-over once, the newest first, twenty of them", () => {
	const counts = { taken_in: 1 };
	const handover = (n) => ({ event: "handover", id: "", data: JSON.stringify({ id: String(n) }) });
	let picture = apply(NOTHING, handover(1), 5);
	assert.equal(picture.board, null); // nothing to add to yet
	picture = apply(picture, { event: "board", id: "", data: JSON.stringify({ counts, handovers: [{ id: "1" }] }) }, 6);
	for (const n of [2, 3, 3, 2]) {
		picture = apply(picture, handover(n), 7);
	}
	assert.deepEqual(picture.board.handovers.map(({ id }) => id), ["2", "3", "1"]);
	for (let n = 10; n < 60; n++) {
		picture = apply(picture, handover(n), 8);
	}
	assert.equal(picture.board.handovers.length, 20);
	assert.equal(picture.board.handovers[0].id, "59");
	const away = apply(picture, { event: "away", id: "", data: "{}" }, 9);
	assert.deepEqual([away.road, away.at, away.board], ["away", 8, picture.board]); // old, and it says so
	const back = apply(away, { event: "counts", id: "", data: JSON.stringify({ taken_in: 2 }) }, 10);
	assert.deepEqual([back.road, back.at, back.board.counts], ["live", 10, { taken_in: 2 }]);
	assert.equal(apply(back, { event: "new", id: "", data: "?" }, 11), back);
});

test("a signature is good for the list that was signed, and for no other", () => {
	const consent = { id: "c", revision: 3, name: "A", unit: "B", at: "" };
	const cases = [[{ kind: "bag", revision: 3, consent: null }, "none"], [{ kind: "handover_in", revision: 3, consent: null }, "waits"],
		[{ kind: "handover_in", revision: 3, consent }, "signed"], [{ kind: "remittance", revision: 4, consent }, "stale"]];
	for (const [manifest, state] of cases) {
		assert.equal(signState(manifest), state, JSON.stringify(manifest));
	}
});

test("what is on its way to a manifest counts once, here and there", () => {
	const line = (id, item_code, more = {}) => ({ id, item_code, counts: true, verdict: "recorded", money_kind: null, complete: null, result: null, ...more });
	const scan = (event_id, code, kind = "delivered", more = {}) => ({ event_id, code, kind, state: "waiting", data: {}, ...more });
	const want = (item_code, money_kind = null) => ({ item_code, money_kind });
	const lines = [line("1", "A"), line("2", "B", { verdict: "conflict" }), line("3", "C", { complete: false }), line("4", "A", { counts: false, verdict: "duplicate" })];
	const mine = [scan("3", "C"), scan("5", "D"), scan("6", "A", "void", { data: { target: "1" } }), scan("7", "E", "delivered", { state: "failed" })];
	const sums = sumUp({ lines }, [want("A"), want("C"), want("D"), want("E")], mine);
	assert.deepEqual(sums.onIt.map(({ id }) => id), ["1", "2", "3"]);
	assert.deepEqual(sums.unsent.map(({ event_id }) => event_id), ["5"], "the server has told of the third already");
	assert.deepEqual(sums.missing.map(({ item_code }) => item_code), ["A", "E"], "one is being taken off, one was refused");
	assert.deepEqual([sums.extra, sums.damaged, sums.failed.length, [...sums.removing].join()], [1, 1, 1, "1"]);
	assert.equal(sumUp({ lines }, null, mine).missing, null, "what was not asked is not said to be nothing");
	const money = sumUp({ lines: [line("1", "A", { money_kind: "fee" })] }, [want("A", "fee"), want("A", "collect")], []);
	assert.deepEqual(money.missing.map(({ money_kind }) => money_kind), ["collect"], "two amounts of one item are two");
});

/* [what the browser says, what an event carries, what a supervisor reads] */
const CHROME = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0";
const DEVICES = [
	[`Mozilla/5.0 (Linux; Android 10; K) ${CHROME} Mobile Safari/537.36`, "(Linux; Android 10; K) Chrome/131.0.0.0 Mobile Safari/537.36", "Chrome · Android"],
	[`Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/27.0 Chrome/125.0.0.0 Mobile Safari/537.36`,
		"(Linux; Android 10; K) SamsungBrowser/27.0 Chrome/125.0.0.0 Mobile Safari/537.36", "Samsung Internet · Android"],
	[`Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${CHROME} Safari/537.36 Edg/131.0.0.0`, "(Windows NT 10.0; Win64; x64) Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0", "Edge · Windows"],
	[`Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) ${CHROME} Safari/537.36`, "(X11; CrOS x86_64 14541.0.0) Chrome/131.0.0.0 Safari/537.36", "Chrome · ChromeOS"],
	["Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", "(X11; Linux x86_64; rv:128.0) Firefox/128.0", "Firefox · Linux"],
	["Mozilla/5.0 (iPhone; CPU iPhone OS 17_4_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4.1 Mobile/15E148 Safari/604.1",
		"(iPhone; CPU iPhone OS 17_4_1 like Mac OS X) Version/17.4.1 Mobile/15E148 Safari/604.1", "Safari · iPhone"],
	["Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Safari/605.1.15",
		"(Macintosh; Intel Mac OS X 10_15_7) Version/17.4 Safari/605.1.15", "Safari · macOS"],
];

test("a device is called by what its browser alone says, and told in two words", () => {
	for (const [userAgent, name, short] of DEVICES) {
		assert.equal(deviceName(userAgent), name);
		assert.equal(shortDevice(name), short);
	}
	assert.equal(deviceName("x".repeat(500)).length, 120, "the server takes 200 bytes");
	for (const name of ["quay-thangtam", "linux-2", "máy Windows ở quầy", "(?)"]) {
		assert.equal(shortDevice(name), name, "nobody guesses of what is no browser");
	}
	assert.equal(shortDevice("Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML"), "Android", "as older pages called themselves");
});
