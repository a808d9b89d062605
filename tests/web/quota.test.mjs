// A full disk, as Chromium itself makes one: what cannot be stored is not confirmed, and what was stored before is sent.
import assert from "node:assert/strict";
import test, { after } from "node:test";
import { writeFileSync } from "node:fs";
import { begin, eventsOf, finish, goScan, listen, PHONE, photographed, proofsOf, signed } from "./endure.mjs";
import { items, limit, look, open, password, profile, Scanner, signIn, url } from "./page.mjs";

const recorded = [];
after(() => writeFileSync(process.env.HOSO_CONFIRMED, JSON.stringify(recorded)));

async function scan(page, codes) {
	const scanner = await Scanner.of(page);
	for (const code of codes) {
		await scanner.scan(code);
	}
}

const row = (page, code) => page.locator("td.code", { hasText: code.replace(/(..)(...)(...)(...)(..)/, "$1 $2 $3 $4 $5") });

async function again(page) {
	await page.getByText("Phiên làm việc đã hết").waitFor();
	await page.getByLabel("Mật khẩu").fill(password);
	await page.getByRole("button", { name: "Đăng nhập" }).click();
}

test("no room: not confirmed, said in words, nothing of before is lost, and all of it is sent without any room", limit, async () => {
	const folder = profile();
	let context = await open(folder, PHONE, ["--touch-events=enabled"]);
	let heard = await listen(context);
	let page = await signIn(context, "courier", "Bưu tá");
	await page.evaluate(() => navigator.serviceWorker.ready);
	await page.waitForLoadState("networkidle");
	await context.setOffline(true);
	await begin(page, items.door);
	await signed(page);
	await finish(page);
	await goScan(page);
	await scan(page, items.scans.slice(0, 4));
	await page.getByText("chưa gửi: 5 · ảnh chưa gửi: 1").waitFor();
	assert.equal(heard.kept, 5);
	await context.close();

	/* Another day. Chromium believes for half a minute in the room that it has seen, so it is full before the page is there. */
	context = await open(folder, PHONE, ["--touch-events=enabled"]);
	heard = await listen(context);
	await context.setOffline(true);
	page = context.pages()[0] ?? (await context.newPage());
	page.on("pageerror", (error) => assert.fail(`the page threw: ${error}`));
	const browser = await context.newCDPSession(page);
	const room = (bytes) => browser.send("Storage.overrideQuotaForOrigin", { origin: new URL(url).origin, quotaSize: bytes });
	await room(1);
	await page.goto(url);
	await page.getByRole("heading", { name: "Bưu tá" }).waitFor();
	await goScan(page);
	await scan(page, items.scans.slice(4, 5));
	await page.getByText("lượt quét CHƯA được ghi").waitFor();
	await look(page, "quota-scan-360-vi");
	assert.deepEqual({ ...heard }, { kept: 0, trouble: 1 }, "nobody hears that it is kept");
	assert.equal(await row(page, items.scans[4]).count(), 0, "nor sees it among what is");
	await page.goto(`${url}#/courier`);
	await begin(page, items.full);
	await photographed(page);
	await page.getByRole("button", { name: "Hoàn tất" }).click();
	await page.getByText("Máy hết chỗ: CHƯA ghi gì cả").waitFor();
	await look(page, "quota-proof-360-vi");
	assert.deepEqual({ ...heard }, { kept: 0, trouble: 2 });
	assert.equal(await page.getByLabel("Người nhận").inputValue(), "Trần Thị Bưởi", "what was typed is still there");
	const before = await eventsOf(page);
	assert.deepEqual(before.waits.map(({ code }) => code), [items.door, ...items.scans.slice(0, 4)]);
	assert.equal((await proofsOf(page)).length, 1);

	/* The session ends, the first scan is refused for good, and there is still no room: the others must leave all the same. */
	let isCut = true;
	await page.route("**/v1/proofs/*", (route) => (isCut ? route.abort() : route.continue()));
	await page.route("**/v1/scans", async (route) => {
		if (isCut) {
			return route.abort();
		}
		const [first, ...rest] = route.request().postDataJSON();
		if (first.code !== items.door) {
			return route.continue();
		}
		const reply = await route.fetch({ postData: JSON.stringify(rest) });
		const results = reply.ok() ? [{ event_id: first.event_id, error: "event_too_old", status: 422, detail: "Lượt quét cũ hơn 60 ngày." }, ...(await reply.json())] : await reply.json();
		return route.fulfill({ response: reply, json: results });
	});
	const [{ token }] = (await page.evaluate(() => new Promise((resolve) => {
		const opening = indexedDB.open("hoso");
		opening.onsuccess = () => {
			const kept = opening.result.transaction("kept").objectStore("kept").getAll();
			kept.onsuccess = () => { opening.result.close(); resolve(kept.result.filter((value) => value?.token)); };
		};
	})));
	await context.setOffline(false);
	await page.evaluate(async (old) => { await fetch("/v1/session", { method: "DELETE", headers: { Authorization: `Bearer ${old}` } }); }, token);
	isCut = false;
	await page.goto(`${url}#/unsent`);
	await page.getByRole("button", { name: "Gửi ngay" }).click();
	await again(page);
	await page.locator(".badge", { hasText: /^chưa gửi: 1$/ }).waitFor();
	await page.getByText("Lượt quét cũ hơn 60 ngày.").waitFor();
	assert.deepEqual(await proofsOf(page), []);
	await goScan(page);
	await page.getByText("Đã ghi", { exact: true }).first().waitFor();
	assert.equal(await page.getByText("Đã ghi", { exact: true }).count(), 4, "each answer is told, though it could not be kept");
	await page.unroute("**/v1/scans");
	await page.reload(); // neither the refusal nor the new session could be kept: both are asked for again
	await again(page);
	await page.locator(".badge:not(.waits)").waitFor({ timeout: 60_000 });
	await room(1_000_000_000);
	await goScan(page);
	await scan(page, items.scans.slice(4, 5));
	await row(page, items.scans[4]).waitFor();
	await page.locator(".badge:not(.waits)").waitFor();
	assert.equal(heard.kept, 1);
	recorded.push(items.door, ...items.scans);
	await context.close();
});
