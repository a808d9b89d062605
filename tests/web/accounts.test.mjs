// A supervisor makes an account, gives it a new password and disables it, in Debian's Chromium; the caller asks the database.
import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { check, enter, launch, picture, SIZES } from "./screen.mjs";

const { HOSO_URL: url } = process.env;
const limit = { timeout: 150_000 };
const FIRST = "mot-mat-khau-dau-tien";
const SECOND = "mot-mat-khau-thu-hai";
let browser;
before(async () => { browser = await launch(); });
after(() => browser.close());

async function open(viewport) {
	const { context, page } = await enter(browser, "chief", { viewport });
	await page.goto(`${url}#/accounts`);
	await page.locator("td.code").first().waitFor();
	return { context, page };
}

async function mayEnter(secret, may) {
	const { context, page } = await enter(browser, "moi", { first: "", secret });
	await (may ? page.getByRole("heading", { name: "Phiên quét" }) : page.getByRole("alert").filter({ hasText: /\S/ })).waitFor();
	await context.close();
}

test("an account is made, has a new password, is disabled", limit, async () => {
	const { context, page } = await open();
	await page.getByText("Thêm tài khoản").click();
	const form = page.locator("form.narrow");
	await form.locator("[name=account]").fill("moi");
	await form.locator("[name=name]").fill("Người Mới");
	await form.locator("[name=place]").fill("KHONG-CO");
	await form.locator("[name=password]").fill(FIRST);
	await form.getByRole("button", { name: "Tạo tài khoản" }).click();
	await form.getByRole("alert").filter({ hasText: /\S/ }).waitFor(); // there is no such office, and nothing is made
	await form.locator("[name=place]").fill("KT1");
	await form.getByRole("button", { name: "Tạo tài khoản" }).click();
	await page.getByText("Đã tạo moi.").waitFor();
	await mayEnter(FIRST, true);
	await page.getByRole("button", { name: "Mật khẩu mới: moi" }).click();
	await page.locator("td [name=password]").fill(SECOND);
	await page.getByRole("button", { name: "Đặt mật khẩu" }).click();
	await page.getByText("Đã đặt mật khẩu mới cho moi").waitFor();
	await mayEnter(FIRST, false);
	await mayEnter(SECOND, true);
	await page.getByRole("button", { name: "Khóa: moi" }).click();
	await page.getByRole("button", { name: "Thôi" }).click(); // nothing yet
	await mayEnter(SECOND, true);
	await page.getByRole("button", { name: "Khóa: moi" }).click();
	await page.getByRole("button", { name: "Khóa tài khoản" }).click();
	await page.getByText("Đã khóa moi.").waitFor();
	await mayEnter(SECOND, false);
	await context.close();
});

for (const [size, viewport] of SIZES) {
	test(`the accounts, ${size} wide, in both languages`, limit, async () => {
		const { context, page } = await open(viewport);
		await page.locator("summary").click();
		for (const language of ["vi", "en"]) {
			await picture(page, `accounts-${size}-${language}`);
			await check(page, `accounts-${size}-${language}`);
			await page.getByRole("button", { name: language === "vi" ? "English" : "Tiếng Việt" }).click();
		}
		await context.close();
	});
}
