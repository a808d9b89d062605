// A supervisor's reports in Debian's Chromium against a real hosod with a generated year. What is shown and what is downloaded
// is written down; whoever runs this holds it against the database.
import assert from "node:assert/strict";
import { appendFileSync, readFileSync } from "node:fs";
import { createHash } from "node:crypto";
import test, { after, before } from "node:test";
import { check, enter, launch, picture, SIZES } from "./screen.mjs";

const { HOSO_URL: url, HOSO_SAID: said, HOSO_YEAR: year } = process.env;
const limit = { timeout: 150_000 };
let browser;
before(async () => { browser = await launch(); });
after(() => browser.close());

function say(what, value) {
	appendFileSync(said, `${JSON.stringify([what, value])}\n`);
}

async function open(account, first, viewport) {
	const { context, page } = await enter(browser, account, { first, viewport });
	await page.goto(`${url}#/reports`);
	await page.getByRole("heading", { name: "Báo cáo", exact: true }).waitFor();
	return { context, page };
}

async function ask(page, name, more = async () => undefined) {
	await page.getByRole("combobox", { name: "Báo cáo", exact: true }).selectOption(name);
	await page.getByRole("combobox", { name: "Loại kỳ", exact: true }).selectOption("quarter");
	await page.getByRole("combobox", { name: "Quý", exact: true }).selectOption("2");
	await page.getByLabel("Năm", { exact: true }).fill(year);
	await more();
	await page.getByRole("button", { name: "Xem báo cáo" }).click();
	await page.getByText("số liệu lúc").waitFor({ timeout: 30_000 });
}

/* The rows of one section, as they stand on the screen. */
async function rowsOf(page, title) {
	return page.getByRole("region", { name: title, exact: true }).locator("tbody tr").evaluateAll((rows) =>
		rows.map((row) => Array.from(row.children, (cell) => cell.innerText.trim())));
}

async function saved(page, press) {
	const [download] = await Promise.all([page.waitForEvent("download"), press()]);
	const bytes = readFileSync(await download.path());
	return { name: download.suggestedFilename(), bytes, sha256: createHash("sha256").update(bytes).digest("hex") };
}

test("the numbers, and the dossiers behind one of them", limit, async () => {
	const { context, page } = await open("y-chief", "Phiên quét");
	await ask(page, "volume");
	say("volume.total", await rowsOf(page, "Tổng số"));
	const offices = await rowsOf(page, "Theo bưu cục");
	say("volume.office", offices);
	const row = offices.find(([code, , accepted]) => code <= "Y002" && accepted !== "0"); // they have offices below them, which have rows of their own
	await page.getByRole("region", { name: "Theo bưu cục" }).getByRole("button", { name: `Theo bưu cục: ${row[0]}. Nhận gửi: ` }).click();
	const heading = page.getByRole("heading", { name: `Theo bưu cục: ${row[0]}. Nhận gửi` });
	await heading.waitFor();
	await page.locator("tbody tr td.code").first().waitFor();
	while (await page.getByRole("button", { name: "Xem thêm" }).isVisible()) {
		const before = await page.locator("td.code").count();
		await page.getByRole("button", { name: "Xem thêm" }).click();
		await page.waitForFunction((count) => document.querySelectorAll("td.code").length > count, before);
	}
	say("items", [row[0], await page.locator("tbody td.code").allInnerTexts()]);
	await check(page, "report-items");
	await page.locator("tbody a").first().click();
	await page.getByRole("heading", { name: /^Hồ sơ/ }).waitFor();
	await page.goBack();
	await heading.waitFor(); // where one was
	await page.getByRole("button", { name: "Trở lại báo cáo" }).click();
	await page.getByRole("region", { name: "Theo bưu cục" }).waitFor();
	await context.close();
});

test("a filter narrows, and a code that is not there is told", limit, async () => {
	const { context, page } = await open("y-chief", "Phiên quét");
	await ask(page, "volume", () => page.getByLabel("Cơ quan (mã)").fill("YA01"));
	say("volume.YA01", await rowsOf(page, "Tổng số"));
	await page.getByLabel("Cơ quan (mã)").fill("YA99");
	await page.getByRole("button", { name: "Xem báo cáo" }).click();
	await page.getByRole("alert").filter({ hasText: /\S/ }).waitFor();
	assert.equal(await page.getByText("số liệu lúc").count(), 0, "an old report stands under a new question");
	await context.close();
});

test("no percentage without a denominator: what is missing is told, and the targets stand beside", limit, async () => {
	const { context, page } = await open("y-chief", "Phiên quét");
	await ask(page, "plan");
	const rows = Object.fromEntries((await rowsOf(page, "Chỉ tiêu của kế hoạch")).map((cells) => [cells[0], cells]));
	say("plan", rows);
	for (const key of ["K4", "K5"]) {
		assert.equal(rows[key][3], "chưa có số liệu");
		assert.equal(rows[key][4], "chưa có mẫu số");
	}
	assert.equal(rows.K4[5], "5,00 %");
	assert.match(rows.K3[4], /^[0-9]+,[0-9]{2} %$/, "this one has both numbers");
	await page.getByText("hoso report totals").waitFor();
	await context.close();
});

test("a denominator is brought in from a file, whole or not at all, and the percentage is there", limit, async () => {
	const { context, page } = await open("y-chief", "Phiên quét");
	const percent = async () => (await rowsOf(page, "Chỉ tiêu của kế hoạch")).find(([key]) => key === "K4")[4];
	const choose = (...lines) => page.getByLabel("Tệp CSV").setInputFiles({ name: "so-lieu.csv", mimeType: "text/csv", buffer: Buffer.from(lines.join("\r\n")) });
	const press = (name) => page.getByRole("button", { name, exact: true }).click();
	await ask(page, "plan", () => page.getByLabel("Cơ quan (mã)").fill("YA01"));
	assert.equal(await percent(), "chưa có mẫu số");
	const head = (await saved(page, () => press("Tải tệp trống (CSV)"))).bytes.toString().trim();
	await choose(head, `${year}-Q2,,YA01,,100000,,100000,,100000,Công văn 12`, `${year}-Q2,,YA99,,-5,,,,,Công văn 12`);
	await press("Kiểm tra");
	await page.getByText("Tệp có 2 chỗ sai").waitFor();
	await check(page, "report-figures");
	await page.getByRole("button", { name: "English", exact: true }).click();
	await page.getByRole("button", { name: "Check", exact: true }).click();
	await page.getByText("It must be a whole number").waitFor();
	await check(page, "report-figures-en");
	await page.getByRole("button", { name: "Tiếng Việt", exact: true }).click();
	await press("Kiểm tra");
	await page.getByText("Phải là số nguyên").waitFor();
	assert.ok(await page.getByRole("button", { name: "Nhập vào", exact: true }).isDisabled(), "half of a file");
	await choose(head, `${year}-Q2,,YA01,,100000,,100000,,100000,Công văn 12`);
	await press("Kiểm tra");
	await page.getByText("Tệp đúng: 1 dòng").waitFor();
	assert.equal(await percent(), "chưa có mẫu số", "checking stores nothing");
	await press("Nhập vào");
	await page.getByText("Đã nhập 1 dòng").waitFor();
	await page.getByText("số liệu lúc").waitFor({ timeout: 30_000 });
	assert.match(await percent(), /^[0-9]+,[0-9]{2} %$/);
	await context.close();
});

test("files, a closed period and its reprint", limit, async () => {
	const { context, page } = await open("y-chief", "Phiên quét");
	await ask(page, "quality");
	for (const [format, magic] of [["CSV", "\ufeff"], ["XLSX", "PK"], ["PDF", "%PDF"]]) {
		const file = await saved(page, () => page.getByRole("button", { name: `Tải ${format}` }).click());
		assert.equal(file.name, `quality-${year}-Q2.${format.toLowerCase()}`);
		assert.ok(file.bytes.subarray(0, 8).toString("utf8").startsWith(magic), format);
	}
	await page.getByText("Chưa có báo cáo nào được chốt.").waitFor();
	await page.getByRole("button", { name: "Chốt kỳ này" }).click();
	await page.getByRole("button", { name: "Chưa chốt" }).click(); // nothing yet
	await page.getByText("Chưa có báo cáo nào được chốt.").waitFor();
	await page.getByRole("button", { name: "Chốt kỳ này" }).click();
	await page.getByRole("button", { name: "Chốt", exact: true }).click();
	await page.getByText("y-chief đã chốt lúc").waitFor({ timeout: 30_000 });
	for (const format of ["csv", "xlsx", "pdf"]) {
		const file = await saved(page, () => page.getByRole("button", { name: `In lại: Chất lượng ${year}-Q2, ${format}` }).click());
		say(`reprint.${format}`, file.sha256);
	}
	await context.close();
});

test("an agency's officer has the plan, of its own agency, and nothing else", limit, async () => {
	const { context, page } = await open("y-officer", "Bàn giao chờ ký");
	assert.deepEqual(await page.getByRole("combobox", { name: "Báo cáo", exact: true }).locator("option").allInnerTexts(), ["Chỉ tiêu kế hoạch"]);
	await ask(page, "plan");
	assert.deepEqual((await rowsOf(page, "Theo cơ quan")).map(([code]) => code), ["YA03"]);
	assert.equal(await page.getByRole("button", { name: "Chốt kỳ này" }).count(), 0);
	await context.close();
});

for (const [size, viewport] of SIZES) {
	test(`the reports, ${size} wide, in both languages`, limit, async () => {
		const { context, page } = await open("y-chief", "Phiên quét", viewport);
		await picture(page, `reports-empty-${size}-vi`);
		await ask(page, "volume");
		await picture(page, `reports-volume-${size}-vi`);
		await check(page, `reports-volume-${size}-vi`);
		await ask(page, "plan");
		for (const language of ["vi", "en"]) {
			await picture(page, `reports-plan-${size}-${language}`);
			await check(page, `reports-plan-${size}-${language}`);
			await page.getByRole("button", { name: language === "vi" ? "English" : "Tiếng Việt" }).click();
		}
		await context.close();
	});
}
