// A Chromium of its own for one test, and a look at what it shows: a picture, axe, and nothing wider than the screen.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const require = createRequire(import.meta.url);
const { chromium } = require("playwright-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const { HOSO_SCREENS: screens } = process.env;
mkdirSync(screens, { recursive: true });

export const SIZES = [["1366", { width: 1366, height: 768 }], ["360", { width: 360, height: 740 }]];

export async function launch(more = []) {
	return chromium.launch({ executablePath: "/usr/bin/chromium", headless: true,
		args: ["--no-sandbox", "--ignore-certificate-errors", "--disable-gpu", ...more] });
}

export async function picture(page, name) {
	await page.screenshot({ path: join(screens, `${name}.png`), fullPage: true });
}

export async function check(page, name) {
	await page.evaluate(axe);
	const { violations } = await page.evaluate(() => globalThis.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"] }));
	assert.deepEqual(violations.map(({ id, nodes }) => `${name}: ${id} ${nodes.map(({ html }) => html).join(" ")}`), []);
	assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${name} is wider than the screen`);
}
