// The public look-up in a Chromium whose JavaScript is switched off, as a citizen uses it; axe, which needs some, looks at the
// same pages in a second one.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test, { after, before } from "node:test";
import { check, launch, picture, SIZES } from "./screen.mjs";

const { HOSO_URL: url, HOSO_AWAY_URL: away } = process.env;
const items = JSON.parse(readFileSync(process.env.HOSO_ITEMS, "utf8"));
const limit = { timeout: 120_000 };
const wrong = [];
let browser;
before(async () => { browser = await launch(); });
after(() => browser.close());

async function open(viewport, more) {
	const context = await browser.newContext({ viewport, ignoreHTTPSErrors: true, locale: "vi-VN", ...more });
	const page = await context.newPage();
	page.on("console", (message) => /Content Security Policy/.test(message.text()) && wrong.push(message.text()));
	page.on("request", (request) => [items.token, items.item, items.waiting].some((secret) => request.url().includes(secret)) && wrong.push(request.url()));
	return page;
}

async function close(page) {
	await page.context().close();
	assert.deepEqual(wrong.splice(0), []); // a breach of the policy, or a code in an address
}

async function ask(page, code, digits, language = "vi", server = url) {
	await page.goto(`${server}/tra-cuu?lang=${language}`);
	await page.locator("#code").fill(code);
	await page.locator("#phone_last4").fill(digits);
	await page.keyboard.press("Enter");
	await page.locator(".now, .problem").waitFor();
}

/* [name, how to come there]: every page that a citizen can see. */
const WAYS = [
	["form", (page, language) => page.goto(`${url}/tra-cuu?lang=${language}`)],
	["waiting", (page, language) => ask(page, items.waiting, "5678", language)],
	["wrong-code", (page, language) => ask(page, "RR123456784VN", "5678", language)],
	["no-match", (page, language) => ask(page, items.item, "1111", language)],
	["away", (page, language) => ask(page, items.item, "5678", language, away)],
	["procedures", (page, language) => page.goto(`${url}/thu-tuc?lang=${language}`)],
	["nothing", (page, language) => page.goto(`${url}/thu-tuc?lang=${language}&text=khong-co`)],
	["offices", (page, language) => page.goto(`${url}/buu-cuc?lang=${language}`)],
	["list-away", (page, language) => page.goto(`${away}/thu-tuc?lang=${language}`)],
];

for (const [size, viewport] of SIZES) {
	test(`without JavaScript, ${size} wide`, limit, async () => {
		const page = await open(viewport, { javaScriptEnabled: false });
		await page.goto(`${url}/tra-cuu`);
		await page.getByLabel("Mã bưu gửi hoặc mã hồ sơ").fill(`${items.item}.${items.token}`);
		await page.getByRole("button", { name: "Tra cứu" }).click();
		await page.getByRole("heading", { name: `Hồ sơ ${items.item}` }).waitFor();
		await page.getByRole("link", { name: "Tra cứu mã khác" }).click();
		assert.equal(await page.getByLabel("Mã bưu gửi hoặc mã hồ sơ").inputValue(), "");
		await ask(page, items.waiting, "56");
		await page.getByRole("alert").getByText("đúng 4 chữ số").waitFor();
		assert.equal(await page.locator("#code").inputValue(), items.waiting);
		await page.locator("#phone_last4").fill("5678");
		await page.keyboard.press("Enter");
		await page.getByText(/Mời đến Bưu cục 1/).waitFor();
		await page.getByRole("link", { name: "English" }).click();
		await page.getByRole("heading", { name: "Where is my dossier?" }).waitFor();
		await page.getByRole("link", { name: "Post offices" }).click();
		await page.getByRole("heading", { name: "Post offices that take in dossiers" }).waitFor();
		await page.getByRole("link", { name: "Procedures" }).click();
		await page.getByRole("textbox").fill("trich luc");
		await page.getByRole("button", { name: "Search" }).click();
		await page.locator(".entry").getByText("Cấp bản sao trích lục hộ tịch").waitFor();
		assert.equal(await page.locator(".entry").count(), 1);
		await close(page);
	});

	test(`every page, ${size} wide, in both languages`, limit, async () => {
		const page = await open(viewport, { bypassCSP: true }); // for axe alone
		for (const language of ["vi", "en"]) {
			for (const [name, go] of WAYS) {
				await go(page, language);
				await picture(page, `public-${name}-${size}-${language}`);
				await check(page, `public-${name}-${size}-${language}`);
			}
		}
		await close(page);
	});
}

test("the page for those who sign in shows the way, and its worker does not stand before it", limit, async () => {
	const page = await open(SIZES[1][1], {});
	await page.goto(url);
	await page.evaluate(() => navigator.serviceWorker.ready);
	await page.reload();
	await page.getByRole("link", { name: /Là người dân/ }).click();
	await page.getByRole("heading", { name: "Tra cứu hồ sơ gửi qua bưu điện" }).waitFor();
	await page.context().setOffline(true);
	await assert.rejects(page.goto(`${url}/tra-cuu`)); // says that there is no network, and shows nothing else
	const other = await page.context().newPage();
	await other.goto(url); // while the other is kept
	await other.getByRole("button", { name: "Đăng nhập" }).waitFor();
	await close(page);
});

test("on a machine that paints late, the page still begins", limit, async () => {
	const page = await open(SIZES[1][1], {});
	await page.addInitScript(() => {
		const after = globalThis.setTimeout;
		globalThis.requestAnimationFrame = (drawn) => after(drawn, 1500);
		globalThis.setTimeout = (due, ms, ...more) => after(due, Math.max(ms ?? 0, 1500), ...more);
	});
	await page.goto(url);
	await page.getByRole("button", { name: "Đăng nhập" }).waitFor({ timeout: 10_000 });
	await close(page);
});
