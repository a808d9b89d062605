// A Chromium of its own for one test, somebody who signs in, and a look at what it shows: a picture, axe, and nothing wider
// than the screen.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const require = createRequire(import.meta.url);
export const { chromium } = require("playwright-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const { HOSO_BROWSER: program, HOSO_PASSWORD: password, HOSO_SCREENS: screens, HOSO_URL: url } = process.env;
const RULES = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"];
mkdirSync(screens, { recursive: true });

export const SIZES = [["1366", { width: 1366, height: 768 }], ["360", { width: 360, height: 740 }]];

export function browserOptions(more = []) {
	return { executablePath: program, headless: true, args: ["--no-sandbox", "--ignore-certificate-errors", "--disable-gpu", ...more] };
}

export async function launch(more = []) {
	return chromium.launch(browserOptions(more));
}

/* By the form, as @account; @first heads the screen that they come to, "" when whoever asks looks for it. */
export async function signIn(context, account, first = "Phiên quét", secret = password) {
	const page = context.pages()[0] ?? (await context.newPage());
	page.on("pageerror", (error) => assert.fail(`the page threw: ${error}`));
	await page.goto(url);
	await page.getByLabel("Tài khoản").fill(account);
	await page.getByLabel("Mật khẩu").fill(secret);
	await page.getByRole("button", { name: "Đăng nhập" }).click();
	if (first) {
		await page.getByRole("heading", { name: first }).waitFor();
	}
	return page;
}

/* Somebody with a device of their own, signed in. Without a service worker, unless @more says otherwise. */
export async function enter(browser, account, { first, secret, viewport = SIZES[0][1], ...more } = {}) {
	const context = await browser.newContext({ viewport, ignoreHTTPSErrors: true, locale: "vi-VN", serviceWorkers: "block", ...more });
	context.setDefaultTimeout(20_000);
	return { context, page: await signIn(context, account, first, secret) };
}

export async function picture(page, name) {
	await page.screenshot({ path: join(screens, `${name}.png`), fullPage: true });
}

/* Nothing that axe would call a violation. It stays in the page that it was put into, and only what is wrong travels back. */
export async function lookOver(page, name) {
	if (!(await page.evaluate(() => "axe" in globalThis))) {
		await page.evaluate(axe);
	}
	const wrong = await page.evaluate(async (runOnly) => (await globalThis.axe.run(document, { runOnly, resultTypes: ["violations"] })).violations
		.map(({ id, nodes }) => `${id} ${nodes.map(({ html }) => html).join(" ")}`), RULES);
	assert.deepEqual(wrong.map((one) => `${name}: ${one}`), []);
}

export async function check(page, name) {
	await lookOver(page, name);
	assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${name} is wider than the screen`);
}
