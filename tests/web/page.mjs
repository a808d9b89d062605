// What the page's tests in Chromium share: a browser, a scanner, a look into its disk, a look at its screens.
import assert from "node:assert/strict";
import { appendFileSync, mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach } from "node:test";
import { browserOptions, chromium, launch, lookOver, picture, SIZES } from "./screen.mjs";

export { signIn } from "./screen.mjs";

export const { HOSO_URL: url, HOSO_PASSWORD: password, HOSO_CONFIRMED: confirmed, HOSO_SCREENS: screens } = process.env;
export const items = JSON.parse(readFileSync(process.env.HOSO_ITEMS, "utf8"));
export const long = Number(process.env.HOSO_LONG ?? 1);
export const seed = Number(process.env.HOSO_SEED ?? 1);
export const limit = { timeout: 180_000 * long }; // far above what it takes: a bound, not a measure
const folders = [];
console.log(`HOSO_SEED=${seed} HOSO_LONG=${long}`);

let rolled = seed;
export function roll() {
	rolled = (rolled * 1664525 + 1013904223) % 2 ** 32;
	return rolled / 2 ** 32;
}

export function profile() {
	const folder = mkdtempSync(join(tmpdir(), "hoso-page-"));
	folders.push(folder);
	return folder;
}

let browser;
const contexts = new Set();
afterEach(async () => {
	for (const context of contexts) {
		await context.close().catch(() => undefined); // a test that failed has left it open
	}
	contexts.clear();
});
after(() => browser?.close());
after(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

/* A device that nobody has used before. Its disk is in memory, and goes with it; one browser serves all tests of a file. */
export async function device(viewport = SIZES[0][1]) {
	browser ??= await launch();
	const context = await browser.newContext({ viewport, locale: "vi-VN", ignoreHTTPSErrors: true });
	contexts.add(context);
	return context;
}

/* A browser of its own, with a disk that outlives it: for those who kill it, or give it a camera. */
export async function open(folder, viewport = SIZES[0][1], more = []) {
	const context = await chromium.launchPersistentContext(folder, { ...browserOptions(more), viewport, locale: "vi-VN", ignoreHTTPSErrors: true });
	contexts.add(context);
	return context;
}

/* The browser that has this profile: its process without a --type. */
export function pidOf(folder) {
	for (const pid of readdirSync("/proc").filter((name) => /^[0-9]+$/.test(name))) {
		let line = "";
		try {
			line = readFileSync(`/proc/${pid}/cmdline`, "utf8");
		} catch {
			continue; // it has ended
		}
		if (line.includes(folder) && line.includes("chrom") && !line.includes("--type=") && !line.includes("node")) {
			return Number(pid);
		}
	}
	throw new Error("no browser has this profile");
}

/* A scanner: real key events with the time stamps that its hardware would give them, however busy this machine is. */
const CODES = { " ": "Space", "|": "Backslash", ",": "Comma", ".": "Period", "-": "Minus", "/": "Slash" };

function codeOf(character) {
	return /[0-9]/.test(character) ? `Digit${character}` : /[A-Za-z]/.test(character) ? `Key${character.toUpperCase()}` : (CODES[character] ?? "");
}

export class Scanner {
	constructor(session) {
		this.session = session;
		this.atS = Date.now() / 1000;
	}

	static async of(page) {
		return new Scanner(await page.context().newCDPSession(page));
	}

	async key(key, code, text) {
		this.atS += 0.002;
		const event = { key, code, text, unmodifiedText: text, timestamp: this.atS, windowsVirtualKeyCode: key === "Enter" ? 13 : /[A-Za-z0-9 ]/.test(key) ? key.toUpperCase().charCodeAt(0) : 0 };
		await this.session.send("Input.dispatchKeyEvent", { type: "keyDown", ...event });
		await this.session.send("Input.dispatchKeyEvent", { type: "keyUp", ...event, text: undefined });
	}

	async scan(text) {
		this.atS = Math.max(this.atS + 0.1, Date.now() / 1000);
		await Promise.all(Array.from(text, (character) => this.key(character, codeOf(character), character)));
		await this.key("Enter", "Enter", "\r");
	}
}

export async function read(page, store) {
	return page.evaluate((name) => new Promise((resolve, reject) => {
		const opening = indexedDB.open("hoso");
		opening.onerror = () => reject(opening.error);
		opening.onsuccess = () => {
			const all = opening.result.transaction(name).objectStore(name).getAll();
			all.onsuccess = () => { opening.result.close(); resolve(all.result); };
		};
	}), store);
}

export function confirm(scans) {
	for (const { event_id, code, kind, seq } of scans) {
		appendFileSync(confirmed, `${JSON.stringify({ event_id, code, kind, seq })}\n`);
	}
}

/* Of all that this browser ever recorded: none waits, @count have their answer. */
export async function allSent(page, count) {
	await page.waitForFunction((wanted) => new Promise((resolve) => {
		const opening = indexedDB.open("hoso");
		opening.onsuccess = () => {
			const transaction = opening.result.transaction(["waiting", "answered"]);
			const [waits, answered] = ["waiting", "answered"].map((name) => transaction.objectStore(name).count());
			transaction.oncomplete = () => { opening.result.close(); resolve(waits.result === 0 && answered.result === wanted); };
		};
	}), count, { timeout: 60_000, polling: 200 });
	await page.locator(".badge:not(.waits)").waitFor();
}

export async function look(page, name) {
	await picture(page, name);
	await lookOver(page, name);
}
