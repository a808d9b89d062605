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

/* What the browser would say of the box that has the focus, when @button is pressed. */
async function saidAt(page, button) {
	await button.click();
	return page.evaluate(() => [document.activeElement.name, document.activeElement.validationMessage]);
}

test("what is wrong with a box is said in the page's language, at the first one, until it is right", limit, async () => {
	const context = await browser.newContext({ ignoreHTTPSErrors: true, locale: "de-DE" });
	const page = await context.newPage();
	await page.goto(url);
	const enterButton = page.getByRole("button", { name: "Đăng nhập" });
	assert.deepEqual(await saidAt(page, enterButton), ["account", "Hãy điền ô “Tài khoản”."]);
	await page.getByLabel("Tài khoản").fill("ai đó");
	assert.deepEqual(await saidAt(page, enterButton), ["password", "Hãy điền ô “Mật khẩu”."]);
	await page.getByRole("button", { name: "English" }).click();
	assert.deepEqual(await saidAt(page, page.getByRole("button", { name: "Sign in" })), ["password", "Fill in “Password”."]);
	await page.getByLabel("Password").fill("x");
	assert.equal(await page.getByLabel("Password").evaluate((box) => box.validationMessage), "", "typed, it is right");
	await context.close();

	const { context: own, page: chief } = await open();
	await chief.getByText("Thêm tài khoản").click();
	const form = chief.locator("form.narrow");
	const make = form.getByRole("button", { name: "Tạo tài khoản" });
	for (const [name, text] of [["account", "a"], ["name", "b"], ["place", "KT1"]]) {
		await form.locator(`[name=${name}]`).fill(text);
	}
	await form.locator("[name=password]").pressSequentially("ngan"); // too short only when a person has typed it
	const sent = [];
	chief.on("request", (request) => request.method() === "POST" && sent.push(request.url()));
	assert.deepEqual(await saidAt(chief, make), ["password", "Gõ ít nhất 15 ký tự."]);
	await chief.goto(`${url}#/reports`);
	const year = chief.locator("[name=year]");
	for (const [typed, says] of [["1999", "Gõ một số từ 2000 đến 2100."], ["", "Hãy điền ô “Năm”."], ["2026.5", "Gõ một số nguyên, chỉ có chữ số."]]) {
		await year.fill(typed);
		assert.deepEqual(await saidAt(chief, chief.locator("form button[type=submit]")), ["year", says]);
	}
	await year.evaluate((box) => { box.value = "2026"; }); // put in by the page itself: nobody has typed
	assert.deepEqual(sent, [], "nothing that is wrong was sent");
	await chief.locator("form button[type=submit]").click();
	assert.ok(await year.evaluate((box) => box.checkValidity()), "what was wrong before is forgotten");
	await own.close();
});
