// A supervisor brings tables in from CSV files, in Debian's Chromium; the caller asks the database.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test, { after, before } from "node:test";
import { check, enter, launch, picture, SIZES } from "./screen.mjs";

const { HOSO_URL: url } = process.env;
const limit = { timeout: 150_000 };
const GOOD = "\ufeffcode;name;days\r\n1.000001;Cấp bản sao trích lục hộ tịch;5\r\n1.000077;Cấp giấy phép xây dựng;15\r\n";
const WRONG = "code,name,days\n1.000078,Thủ tục đúng,3\n1.000079,,ba\n";
let browser;
before(async () => { browser = await launch(); });
after(() => browser.close());

async function open(viewport) {
	const { context, page } = await enter(browser, "chief", { viewport });
	await page.goto(`${url}#/catalogue`);
	await page.getByRole("heading", { name: "Danh mục" }).waitFor();
	return { context, page };
}

async function choose(page, text) {
	await page.locator("[type=file]").setInputFiles({ name: "bang.csv", mimeType: "text/csv", buffer: Buffer.from(text) });
}

async function press(page, name) {
	await page.getByRole("button", { name, exact: true }).click();
}

test("a file is checked, refused whole, mended, imported", limit, async () => {
	const { context, page } = await open();
	assert.ok(await page.getByRole("button", { name: "Kiểm tra" }).isDisabled()); // there is no file yet
	await choose(page, WRONG);
	await press(page, "Kiểm tra");
	await page.getByText("sai, không nhập: 2").waitFor();
	await page.getByRole("alert").getByText("Tệp có 2 chỗ sai").waitFor();
	assert.deepEqual(await page.locator("tbody td:first-child").allTextContents(), ["3", "3"]); // and of line 2 nothing is said now
	assert.ok(await page.getByRole("button", { name: "Nhập vào" }).isDisabled());
	await choose(page, GOOD);
	assert.equal(await page.getByRole("row").count(), 0); // that was about another file
	assert.ok(await page.getByRole("button", { name: "Nhập vào" }).isDisabled());
	await press(page, "Kiểm tra");
	await page.getByText("thêm: 1 · sửa: 1").waitFor();
	await page.getByText("→ 5").waitFor();
	await page.getByRole("combobox").selectOption("offices");
	assert.ok(await page.getByRole("button", { name: "Nhập vào" }).isDisabled()); // what was checked is another table's
	await page.getByRole("combobox").selectOption("procedures");
	await press(page, "Kiểm tra");
	await page.getByText("thêm: 1 · sửa: 1").waitFor();
	await press(page, "Nhập vào");
	await page.getByRole("status").getByText("Đã nhập.").waitFor();
	await press(page, "Kiểm tra");
	await page.getByRole("status").getByText("không thay đổi gì.").waitFor();
	assert.ok(await page.getByRole("button", { name: "Nhập vào" }).isDisabled());
	const [saved] = await Promise.all([page.waitForEvent("download"), press(page, "Tải bảng hiện nay (CSV)")]);
	assert.equal(saved.suggestedFilename(), "procedures.csv");
	assert.match(readFileSync(await saved.path(), "utf8"), /1\.000077,Cấp giấy phép xây dựng/);
	await choose(page, GOOD);
	await context.setOffline(true);
	await press(page, "Kiểm tra");
	await page.getByRole("alert").getByText(/mạng|máy chủ/).waitFor(); // says so, and the file stays chosen
	await context.setOffline(false);
	await press(page, "Kiểm tra");
	await page.getByRole("status").getByText("không thay đổi gì.").waitFor();
	await context.close();
});

for (const [size, viewport] of SIZES) {
	test(`the catalogue, ${size} wide, in both languages`, limit, async () => {
		const { context, page } = await open(viewport);
		for (const language of ["vi", "en"]) {
			for (const [name, text] of [["wrong", WRONG], ["good", GOOD.replace("15", "16")]]) {
				await choose(page, text);
				await press(page, language === "vi" ? "Kiểm tra" : "Check");
				await page.getByRole("cell").first().waitFor();
				await picture(page, `catalogue-${name}-${size}-${language}`);
				await check(page, `catalogue-${name}-${size}-${language}`);
			}
			await page.getByRole("button", { name: language === "vi" ? "English" : "Tiếng Việt" }).click();
		}
		await context.close();
	});
}
