// A courier's visits in Debian's Chromium against a real hosod; what was pressed is held against the database by the caller.
import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { check, enter, launch, picture, SIZES } from "./screen.mjs";

const { HOSO_URL: url, HOSO_DAY: day } = process.env;
const limit = { timeout: 150_000 };
let browser;
before(async () => { browser = await launch(); });
after(() => browser.close());

async function open(viewport) {
	const { context, page } = await enter(browser, "courier", { first: "Bưu tá: phát và gom tại nhà", viewport, serviceWorkers: "allow" });
	await page.evaluate(() => navigator.serviceWorker.ready);
	await page.goto(`${url}#/visits`);
	await page.getByText("Không có lịch hẹn nào trong ngày này.").waitFor();
	await page.getByLabel("Ngày").fill(day);
	await page.getByRole("heading", { name: /Trần Thị Bé/ }).waitFor();
	return { context, page };
}

for (const [size, viewport] of SIZES) {
	test(`the day, ${size} wide, in both languages`, limit, async () => {
		const { context, page } = await open(viewport);
		for (const language of ["vi", "en"]) {
			await picture(page, `visits-${size}-${language}`);
			await check(page, `visits-${size}-${language}`);
			await page.getByRole("button", { name: language === "vi" ? "English" : "Tiếng Việt" }).click();
		}
		await context.close();
	});
}

test("kept without a network; what is pressed there is not told as done, and pressed again it is done once", limit, async () => {
	const { context, page } = await open(SIZES[1][1]);
	await context.setOffline(true);
	await page.reload();
	await page.getByLabel("Ngày").fill(day);
	await page.getByRole("heading", { name: /Trần Thị Bé/ }).waitFor();
	await page.getByText("Chưa kết nối được máy chủ: đây là lịch lúc").waitFor();
	await page.getByRole("button", { name: "Bắt đầu đi" }).click();
	await page.getByText("CHƯA ghi").waitFor();
	await page.getByText("Đã giao", { exact: true }).waitFor();
	await context.setOffline(false);
	await page.getByRole("button", { name: "Bắt đầu đi" }).click();
	await page.getByRole("button", { name: "Đã đến nơi" }).click();
	await page.getByRole("link", { name: "Nhận hồ sơ" }).last().waitFor();
	await page.getByRole("button", { name: "Xong" }).click();
	await page.getByText("Xong", { exact: true }).waitFor();
	await context.close();
});
