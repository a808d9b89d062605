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

const PHONE = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Mobile Safari/537.36";
const SHORT = "Chrome · Android";
const END = `Đăng xuất thiết bị này: courier, ${SHORT}`;

/* The API, as the page of @context's session asks it. */
async function mayAsk({ page }) {
	return page.evaluate(() => new Promise((resolve) => {
		const request = indexedDB.open("hoso");
		request.onsuccess = () => {
			const ask = request.result.transaction("kept").objectStore("kept").get("session");
			ask.onsuccess = () => resolve(fetch("/v1/me", { headers: { Authorization: `Bearer ${ask.result.token}` } }).then(({ status }) => status));
		};
	}));
}

test("a lost telephone is signed out, the other devices of its owner are not", limit, async () => {
	const lost = await enter(browser, "courier", { first: "", userAgent: PHONE });
	await lost.page.getByRole("navigation").first().waitFor();
	const kept = await enter(browser, "courier", { first: "" });
	await kept.page.getByRole("navigation").first().waitFor();
	const { context, page } = await open();
	const devices = page.getByRole("region", { name: "Thiết bị đang đăng nhập" });
	const row = devices.getByRole("row").filter({ hasText: SHORT });
	await page.getByRole("button", { name: "Xem thiết bị đang đăng nhập" }).press("Enter"); // past a hundred accounts
	assert.equal(await page.evaluate(() => document.activeElement.id), "devices");
	await row.getByText(SHORT).press("Enter"); // the whole of it, by keys too
	await row.getByText("(Linux; Android 10; K) Chrome/131.0.0.0 Mobile Safari/537.36").waitFor();
	await devices.getByText("Máy bạn đang dùng").waitFor();
	assert.equal(await devices.getByText("Máy bạn đang dùng").count(), 1);
	await devices.getByRole("button", { name: END }).press("Enter");
	await row.getByText("hãy đặt luôn mật khẩu mới").waitFor();
	await row.getByRole("button", { name: "Thôi" }).press("Enter"); // nothing yet
	assert.deepEqual([await mayAsk(lost), await mayAsk(kept)], [200, 200]);
	await devices.getByRole("button", { name: END }).click();
	await page.route("**/v1/devices/end", (route) => route.abort(), { times: 1 });
	await row.getByRole("button", { name: "Đăng xuất", exact: true }).click();
	await row.getByRole("alert").filter({ hasText: /\S/ }).waitFor(); // no network: it is said, and nothing is done
	assert.equal(await mayAsk(lost), 200);
	await row.getByRole("button", { name: "Đăng xuất", exact: true }).click();
	await devices.getByRole("status").filter({ hasText: `Đã đăng xuất courier trên ${SHORT}. Những gì máy đó chưa gửi vẫn nằm trên máy` }).waitFor();
	await row.waitFor({ state: "detached" });
	assert.deepEqual([await mayAsk(lost), await mayAsk(kept)], [401, 200]);
	for (const one of [context, lost.context, kept.context]) {
		await one.close();
	}
});

/* The server's list with a device whose clock is off, one without a name, one of a program, and one that is there three times. */
async function withMany(page) {
	const place = { code: "KT1", name: "Bưu cục 1" };
	const one = (account, device, more) => ({ account, name: `Người ${account}`, role: "courier", office: place, agency: null, device, sessions: 1, clock_offset_ms: null,
		signed_in_at: "2026-11-28T00:10:00.000Z", seen_at: "2026-11-28T01:20:00.000Z", expires_at: "2026-11-28T12:10:00.000Z", ...more });
	await page.route("**/v1/devices?*", (route) => route.fulfill({ json: { next: null, items: [
		one("phat", "(Linux; Android 10; K) Chrome/131.0.0.0 Mobile Safari/537.36", { clock_offset_ms: -7_500_000, sessions: 3 }),
		one("phat", "(iPhone; CPU iPhone OS 17_4_1 like Mac OS X) Version/17.4.1 Mobile/15E148 Safari/604.1", { clock_offset_ms: 299_000 }),
		one("thu", "quay-thangtam", { role: "clerk", clock_offset_ms: 420_000 }), one("thu", null, { role: "clerk" })] } }));
}

test("a clock that is off is told in words, an empty list and a failure too", limit, async () => {
	const { context, page } = await enter(browser, "chief");
	await withMany(page);
	await page.goto(`${url}#/accounts`);
	const devices = page.getByRole("region", { name: "Thiết bị đang đăng nhập" });
	await devices.getByText("đồng hồ máy chậm 2 giờ").waitFor();
	assert.equal(await devices.getByText(/đồng hồ máy/).count(), 2, "up to five minutes nobody is told");
	await devices.getByText("đồng hồ máy nhanh 7 phút").waitFor();
	for (const name of ["Safari · iPhone", "quay-thangtam", "(không có tên)", "3 lần đăng nhập"]) {
		await devices.getByText(name, { exact: true }).waitFor();
	}
	await page.unroute("**/v1/devices?*");
	await page.route("**/v1/devices?*", (route) => route.fulfill({ json: { next: null, items: [] } }));
	await page.reload();
	await devices.getByText("Không có thiết bị nào đang đăng nhập.").waitFor();
	await page.unroute("**/v1/devices?*");
	await page.route("**/v1/devices?*", (route) => route.abort());
	await page.reload();
	await devices.getByRole("alert").filter({ hasText: /\S/ }).waitFor();
	await page.locator("td.code").first().waitFor(); // the accounts are there all the same
	await context.close();
});

for (const [size, viewport] of SIZES) {
	test(`the devices, ${size} wide, in both languages`, limit, async () => {
		const { context, page } = await enter(browser, "chief", { viewport });
		await withMany(page);
		await page.goto(`${url}#/accounts`);
		await page.getByText("Chrome · Android").click();
		await page.getByRole("button", { name: "Đăng xuất thiết bị này: thu, quay-thangtam" }).click();
		for (const language of ["vi", "en"]) {
			await picture(page, `devices-${size}-${language}`);
			await check(page, `devices-${size}-${language}`);
			await page.getByRole("button", { name: language === "vi" ? "English" : "Tiếng Việt" }).click();
		}
		await context.close();
	});
}

for (const [size, viewport] of SIZES) {
	test(`the accounts, ${size} wide, in both languages`, limit, async () => {
		const { context, page } = await open(viewport);
		await page.getByText("Thêm tài khoản").click();
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
