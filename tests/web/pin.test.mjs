// A recipient's PIN on a courier's phone: asked for where there is one, and kept nowhere before it is recorded.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import test from "node:test";
import { begin, finish, PHONE } from "./endure.mjs";
import { device, items, limit, look, read, signIn } from "./page.mjs";

test("a PIN is asked for, shown to nobody, and goes with the delivery", limit, async () => {
	const { items: [known, unknown], pins } = items;
	const context = await device(PHONE);
	const page = await signIn(context, "courier", "Bưu tá");
	await page.evaluate(() => navigator.serviceWorker.ready);
	await page.waitForLoadState("networkidle");
	await begin(page, known);
	const box = page.getByLabel("Mã PIN nhận kết quả (6 chữ số)");
	assert.equal(await box.getAttribute("type"), "password");
	await page.getByRole("button", { name: "Hoàn tất" }).click();
	assert.ok(await box.evaluate((input) => input.matches(":invalid:focus")), "nothing is recorded without it");
	assert.equal(await box.evaluate((input) => input.validationMessage), "Hãy điền ô “Mã PIN nhận kết quả (6 chữ số)”.");
	await look(page, "pin-360-vi");
	await box.fill(pins[0]);
	assert.ok(!JSON.stringify(await read(page, "kept")).includes(`"${pins[0]}"`), "what is only begun keeps no PIN");
	await finish(page);
	await page.locator(".badge:not(.waits)").waitFor();
	await context.setOffline(true);
	await page.reload();
	await begin(page, unknown);
	await page.getByLabel("Mã PIN nhận kết quả (nếu có)").fill(pins[1]);
	await finish(page);
	await context.setOffline(false);
	await page.locator(".badge:not(.waits)").waitFor({ timeout: 60_000 });
	assert.deepEqual((await read(page, "answered")).map(({ verdict }) => verdict), ["recorded", "recorded"]);
	await context.close();
	writeFileSync(process.env.HOSO_CONFIRMED, "[]");
});
