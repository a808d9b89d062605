// The live board in Chromium: what is recorded elsewhere appears; one stream for all tabs; without a stream it is polled.
import assert from "node:assert/strict";
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import test, { after, before } from "node:test";
import { check, enter, launch, picture, SIZES } from "./screen.mjs";

const { HOSO_URL: url, HOSO_ORDERS: orders } = process.env;
const limit = { timeout: 150_000 };
let browser;
before(async () => { browser = await launch(); });
after(() => browser.close());

const open = (viewport) => enter(browser, "chief", { viewport });

let asked = 0;
/* Whoever runs this test takes in an item, and says which. */
async function takeIn() {
	const reply = `${orders}.${++asked}`;
	appendFileSync(orders, `${asked}\n`);
	for (let i = 0; !existsSync(reply); i++) {
		assert.ok(i < 400, "nobody took it in");
		await new Promise((resolve) => { setTimeout(resolve, 50); });
	}
	return readFileSync(reply, "utf8").trim();
}

async function shows(page, code) {
	await page.locator(`a[href="#/dossier/${code}"]`).first().waitFor({ timeout: 20_000 });
}

function streams(context) {
	const seen = [];
	context.on("request", (request) => request.url().endsWith("/v1/stream") && seen.push(request));
	return seen;
}

test("what is taken in elsewhere appears by itself, in all tabs, through one stream", limit, async () => {
	const { context, page } = await open();
	const seen = streams(context);
	await page.goto(`${url}#/board`);
	await page.getByText("Trực tiếp: có gì mới là hiện ngay.").waitFor();
	const second = await context.newPage();
	await second.goto(`${url}#/board`);
	await second.getByText("Trực tiếp: có gì mới là hiện ngay.").waitFor();
	const count = Number(await page.locator(".tile strong").first().innerText());
	const code = await takeIn();
	await Promise.all([shows(page, code), shows(second, code)]);
	assert.equal(Number(await page.locator(".tile strong").first().innerText()), count + 1);
	assert.equal(seen.length, 1, "one stream for the whole browser");
	await page.close(); // it was the one that read; the other goes on, from where it was told
	const next = await takeIn();
	await shows(second, next);
	assert.equal(seen.length, 2);
	assert.ok((await seen[1].allHeaders())["last-event-id"]);
	assert.equal(await second.locator("tbody tr", { has: second.locator(`a[href="#/dossier/${code}"]`) }).count(), 1);
	await context.close();
});

test("without a stream it is polled, and without a network it says of when it is", limit, async () => {
	const { context, page } = await open();
	await page.route("**/v1/stream", (route) => route.fulfill({ status: 503, contentType: "application/problem+json", body: '{"error": "busy", "detail": "x"}' }));
	await page.goto(`${url}#/board`);
	await page.getByText("hỏi lại mỗi 5 giây").waitFor();
	await shows(page, await takeIn());
	await context.setOffline(true);
	await page.getByRole("alert").getByText("Chưa kết nối được máy chủ").waitFor();
	await picture(page, "board-away-1366-vi");
	await page.unroute("**/v1/stream");
	await context.setOffline(false);
	await shows(page, await takeIn());
	await context.close();
});

for (const [size, viewport] of SIZES) {
	test(`the board, ${size} wide, in both languages`, limit, async () => {
		const { context, page } = await open(viewport);
		for (const language of ["vi", "en"]) {
			await page.goto(`${url}#/board`);
			await page.locator(".tile").first().waitFor();
			await picture(page, `board-${size}-${language}`);
			await check(page, `board-${size}-${language}`);
			await page.getByRole("button", { name: language === "vi" ? "English" : "Tiếng Việt" }).click();
		}
		await context.close();
	});
}
