// kill -9 of the browser at any moment of saving and sending, HOSO_RUNS times: what was heard as kept is there afterwards, and is
// sent once. The caller compares HOSO_CONFIRMED with the database.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { begin, eventsOf, goScan, listen, PHONE, photographed, proofsOf, sign } from "./endure.mjs";
import { items, limit, look, open, pidOf, profile, roll, Scanner, signIn, url } from "./page.mjs";

const RUNS = Number(process.env.HOSO_RUNS);
const PER_RUN = 4;

async function start(folder, offline) {
	const context = await open(folder, PHONE, ["--touch-events=enabled"]);
	const heard = await listen(context);
	await context.addInitScript(() => {
		globalThis.badges = []; // every word of how much waits, however short it stood there
		new MutationObserver(() => globalThis.badges.push(document.querySelector(".badge")?.textContent ?? "")).observe(document, { subtree: true, childList: true, characterData: true });
	});
	await context.setOffline(offline);
	return { context, heard, page: context.pages()[0] ?? (await context.newPage()) };
}

async function goHome(page, run) {
	await page.goto(`${url}#/courier`);
	await page.getByRole("heading", { name: "Bưu tá" }).waitFor().catch(async (error) => {
		throw new Error(`run ${run}: instead of the courier's screen, ${page.url()} has: ${await page.locator("body").innerHTML()}`, { cause: error });
	});
}

/* A delivery with both proofs, and scans behind it; the browser ends in the middle of it or after it. */
async function work(page, run) {
	await begin(page, items.doors[run]);
	await sign(page);
	await photographed(page);
	await page.getByRole("button", { name: "Hoàn tất" }).click();
	await goScan(page);
	const scanner = await Scanner.of(page);
	for (const code of items.scans.slice(run * PER_RUN, (run + 1) * PER_RUN)) {
		await scanner.scan(code);
	}
}

/* @early: while it is being saved; otherwise all is said, and some of it is on its way. */
async function killDuring({ context, page }, folder, run, early) {
	const pid = pidOf(folder);
	const closed = new Promise((resolve) => context.once("close", resolve));
	const working = work(page, run).then(() => true, () => false);
	if (early) {
		await page.getByRole("button", { name: "Hoàn tất" }).waitFor().catch(() => undefined);
		await page.waitForFunction(() => document.querySelector(".proofs img")).catch(() => undefined);
	} else {
		await working;
	}
	await new Promise((resolve) => setTimeout(resolve, roll() * (early ? 500 : 250))); // the moment, from the seed
	process.kill(pid, "SIGKILL");
	await closed;
	await working;
}

const countsOf = ({ waits, answered }) => waits.length + answered.length;

test("killed again and again: what was heard is never lost, and nothing is there twice", limit, async () => {
	const folder = profile();
	let phone = await start(folder, false);
	await signIn(phone.context, "courier", "Bưu tá");
	await phone.page.evaluate(() => navigator.serviceWorker.ready);
	await phone.page.waitForLoadState("networkidle");
	const done = { before: 0, early: 0, offline: 0, heard: 0 };
	const ids = new Set();
	for (let run = 0; run < RUNS; run++) {
		const [early, offline] = [roll() < 0.6, roll() < 0.5];
		await phone.context.setOffline(offline);
		await goHome(phone.page, run);
		await phone.page.getByRole("button", { name: "Bưu gửi khác" }).click({ timeout: 300 }).catch(() => undefined); // half a form of the run before
		const heardBefore = phone.heard.kept;
		await killDuring(phone, folder, run, early);
		const heard = phone.heard.kept - heardBefore;
		phone = await start(folder, true);
		await goHome(phone.page, run); // the page itself is kept, too
		const now = await eventsOf(phone.page);
		const badges = await phone.page.evaluate(() => globalThis.badges.filter(Boolean));
		assert.deepEqual(badges.filter((words) => now.waits.length > 0 && !words.startsWith("chưa gửi")), [], `run ${run}: looked sent, and waits`);
		assert.ok(countsOf(now) >= done.before + heard, `run ${run}: ${heard} were heard as kept, ${countsOf(now) - done.before} are there`);
		const here = new Set([...now.waits, ...now.answered].map(({ event_id }) => event_id));
		assert.deepEqual([...ids].filter((id) => !here.has(id)), [], `run ${run}: what was kept is gone`);
		here.forEach((id) => ids.add(id));
		const proofs = await proofsOf(phone.page);
		assert.deepEqual(proofs.filter(({ sha256, found }) => sha256 !== found), [], `run ${run}: a picture is not what it was`);
		for (const { event_id, kind, data } of now.waits.filter(({ kind: what }) => what === "delivered")) {
			assert.deepEqual(proofs.filter((proof) => proof.event_id === event_id).every(({ what, sha256 }) => data[what] === sha256), true, kind);
		}
		done.before = countsOf(now);
		done.heard += heard;
		done.early += Number(early);
		done.offline += Number(offline);
	}
	await phone.context.setOffline(false);
	await phone.page.reload();
	await phone.page.locator(".badge:not(.waits)").waitFor({ timeout: 120_000 });
	const { waits, answered } = await eventsOf(phone.page);
	assert.deepEqual([waits, await proofsOf(phone.page)], [[], []]);
	assert.equal(answered.length, ids.size);
	console.log(`${RUNS} kills, ${done.early} of them while saving, ${done.offline} without a network; ${done.heard} heard as kept, ${ids.size} there`);
	writeFileSync(process.env.HOSO_CONFIRMED, JSON.stringify(answered.map(({ event_id, code, kind, verdict }) => ({ event_id, code, kind, verdict }))));
	await phone.context.close();
});

/* The lock that a browser's storage process has on what it keeps, until it is told to let go. */
async function hold(folder) {
	const kept = join(folder, "Default", "IndexedDB");
	const file = join(kept, readdirSync(kept).find((name) => name.endsWith(".leveldb")), "LOCK");
	const holder = spawn("/usr/bin/python3", ["-c", "import fcntl, sys; file = open(sys.argv[1], 'r+'); fcntl.lockf(file, fcntl.LOCK_EX); print('held', flush=True); sys.stdin.read()", file]);
	await once(holder.stdout, "data");
	const closed = once(holder, "close");
	return () => (holder.stdin.end(), closed);
}

test("what the browser of before still holds is waited for, and said", limit, async (now) => {
	const folder = profile();
	let { context } = await start(folder, false);
	await signIn(context, "courier", "Bưu tá");
	await context.close();
	const letGo = await hold(folder);
	now.after(letGo);
	let page;
	({ context, page } = await start(folder, false));
	await page.goto(`${url}#/courier`);
	await page.getByRole("alert").getByText("Chưa mở được nơi lưu dữ liệu").waitFor();
	await look(page, "disk-closed-360");
	await letGo();
	await page.getByRole("heading", { name: "Bưu tá" }).waitFor();
	await context.close();
});
