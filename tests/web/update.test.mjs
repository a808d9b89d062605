// A new version of the page comes while its old one has a full queue and half a form: HOSO_SERVED is what hosod serves, HOSO_NEXT what
// it serves from then on, HOSO_PID its process, which begins again by itself when it is killed.
import assert from "node:assert/strict";
import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import test, { after } from "node:test";
import { begin, eventsOf, finish, goScan, listen, PHONE, photographed, proofsOf, signed, until } from "./endure.mjs";
import { items, limit, open, profile, Scanner, signIn, url } from "./page.mjs";

const { HOSO_SERVED: served, HOSO_NEXT: next, HOSO_PID: pidFile } = process.env;
const recorded = [];
after(() => writeFileSync(process.env.HOSO_CONFIRMED, JSON.stringify(recorded)));

async function serveNext(page) {
	const old = readFileSync(pidFile, "utf8");
	rmSync(served, { recursive: true });
	cpSync(next, served, { recursive: true });
	process.kill(Number(old), "SIGKILL");
	const wanted = readFileSync(`${next}/index.html`, "utf8");
	await until(async () => {
		const reply = await page.request.get(`${url}/`, { ignoreHTTPSErrors: true }).catch(() => null);
		return reply?.ok() && (await reply.text()) === wanted;
	}, "the new version");
}

test("the new version takes nothing away, and sends what the old one kept", limit, async () => {
	const context = await open(profile(), PHONE, ["--touch-events=enabled"]);
	await context.addInitScript(() => { globalThis.requestIdleCallback = () => 0; }); // what is loaded later is not loaded yet
	const heard = await listen(context);
	const page = await signIn(context, "courier", "Bưu tá");
	await page.evaluate(() => navigator.serviceWorker.ready);
	await page.evaluate(() => navigator.serviceWorker.controller ?? new Promise((resolve) => navigator.serviceWorker.addEventListener("controllerchange", resolve)));
	await page.route(/\/v1\/(scans|proofs)/, (route) => route.abort()); // a network for the page, none for what waits
	await begin(page, items.door);
	await signed(page);
	await photographed(page);
	await finish(page);
	await goScan(page);
	const scanner = await Scanner.of(page);
	for (const code of items.scans) {
		await scanner.scan(code);
	}
	await page.getByText(`chưa gửi: ${items.scans.length + 1} · ảnh chưa gửi: 2`).waitFor();
	await page.goto(`${url}#/courier`);
	await begin(page, items.half);
	await page.evaluate(() => { globalThis.isOld = true; });

	await serveNext(page);
	const changed = page.evaluate(() => new Promise((resolve) => navigator.serviceWorker.addEventListener("controllerchange", resolve)));
	await page.evaluate(async () => { await (await navigator.serviceWorker.getRegistration()).update(); });
	await changed;
	assert.ok(await page.evaluate(() => globalThis.isOld), "nobody's page is loaded anew under their hands");
	assert.equal(await page.getByLabel("Người nhận").inputValue(), "Trần Thị Bưởi");
	await signed(page); // the old version goes on
	assert.equal((await eventsOf(page)).waits.length, items.scans.length + 1);
	await page.evaluate(() => { location.hash = "#/money"; }); // a part of the old version that was not wanted before
	await page.getByRole("heading", { name: "Tiền" }).first().waitFor();
	await page.evaluate(() => { location.hash = "#/courier"; });
	await page.getByLabel("Người nhận").waitFor();

	await page.reload();
	await page.locator("html[data-version=next]").waitFor();
	assert.equal(await page.getByLabel("Người nhận").inputValue(), "Trần Thị Bưởi", "half a form comes along");
	await page.getByRole("img", { name: "Chữ ký" }).waitFor();
	const { waits } = await eventsOf(page);
	assert.deepEqual(waits.map(({ code }) => code), [items.door, ...items.scans]);
	assert.equal((await proofsOf(page)).length, 2);
	await page.unroute(/\/v1\/(scans|proofs)/);
	await page.evaluate(() => dispatchEvent(new Event("online")));
	await page.locator(".badge:not(.waits)").waitFor({ timeout: 60_000 });
	const { answered } = await eventsOf(page);
	assert.deepEqual(answered.map(({ code, verdict }) => [code, verdict]), waits.map(({ code }) => [code, "recorded"]));
	assert.equal(heard.kept, waits.length);
	recorded.push(...waits.map(({ event_id, code, kind }) => ({ event_id, code, kind })));

	await context.setOffline(true); // and the new one is kept
	await page.reload();
	await page.locator("html[data-version=next]").waitFor();
	await context.close();
});

test("another shape of the disk, of a version to come, in another tab: this one confirms nothing and says what to do", limit, async () => {
	const context = await open(profile(), PHONE);
	const heard = await listen(context);
	const page = await signIn(context, "courier", "Bưu tá");
	await goScan(page);
	const other = await context.newPage();
	await other.goto(`${url}/icon.svg`);
	await other.evaluate(() => new Promise((resolve, reject) => { // were the old connection kept open, this would wait for ever
		const opening = indexedDB.open("hoso", 1000);
		opening.onupgradeneeded = () => undefined;
		opening.onsuccess = () => { opening.result.close(); resolve(); };
		opening.onblocked = () => reject(new Error("the old version stands in its way"));
		opening.onerror = () => reject(opening.error);
	}));
	await page.bringToFront();
	await (await Scanner.of(page)).scan(items.scans[0]);
	await page.getByText("Đã có bản mới của trang").waitFor();
	assert.equal(heard.kept, 0);
	await context.close();
});
