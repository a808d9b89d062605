// Money in Debian's Chromium against a real hosod: a courier hands in on a phone, a cashier receives, remits and closes the
// day by the keyboard. Answers are lost on purpose. The caller holds what is left against the database.
import assert from "node:assert/strict";
import { appendFileSync, readFileSync } from "node:fs";
import test, { after, before } from "node:test";
import { check, enter, launch, picture, SIZES } from "./screen.mjs";

const { HOSO_URL: url, HOSO_SAID: said } = process.env;
const { item, collected } = JSON.parse(readFileSync(process.env.HOSO_ITEMS, "utf8"));
const limit = { timeout: 170_000 };
const spaced = (code) => `${code.slice(0, 2)} ${code.slice(2, 5)} ${code.slice(5, 8)} ${code.slice(8, 11)} ${code.slice(11)}`;
let browser;
before(async () => { browser = await launch(); });
after(() => browser.close());

function say(what, value) {
	appendFileSync(said, `${JSON.stringify([what, value])}\n`);
}

async function open(account, first, viewport) {
	const { context, page } = await enter(browser, account, { first, viewport, serviceWorkers: "allow" });
	await page.evaluate(() => navigator.serviceWorker.ready);
	return { context, page };
}

/* Both sizes, both languages, axe, and nothing wider than the screen; back to where it was. */
async function lookAround(page, name) {
	const size = page.viewportSize();
	for (const language of ["vi", "en"]) {
		for (const [width, viewport] of SIZES) {
			await page.setViewportSize(viewport);
			await picture(page, `money-${name}-${width}-${language}`);
			await check(page, `money-${name}-${width}-${language}`);
		}
		await page.getByRole("button", { name: language === "vi" ? "English" : "Tiếng Việt" }).click();
	}
	await page.setViewportSize(size);
}

/* The answer of the next such request is lost on its way back. */
async function loseAnswer(page, path) {
	await page.route(path, async (route) => {
		if (route.request().method() !== "POST") {
			return route.fallback();
		}
		await route.fetch();
		await route.abort();
		await page.unroute(path);
	});
}

/* By Tab alone to what is named so, as somebody without a mouse would. */
async function tabTo(page, locator) {
	for (let n = 0; n < 120; n++) {
		if (await locator.evaluate((element) => element === document.activeElement)) {
			return;
		}
		await page.keyboard.press("Tab");
	}
	assert.fail("it cannot be reached by Tab");
}

async function press(page, name) {
	await tabTo(page, page.getByRole("button", { name, exact: true }).or(page.getByRole("link", { name, exact: true })).first());
	await page.keyboard.press("Enter");
}

test("who holds nothing is told what will be here", limit, async () => {
	const { context, page } = await open("idle", "Bưu tá: phát và gom tại nhà", SIZES[1][1]);
	await page.getByRole("link", { name: "Tiền", exact: true }).click();
	await page.getByText("Bạn không giữ tiền mặt nào.").waitFor();
	assert.equal(await page.getByRole("link", { name: "Quỹ bưu cục" }).count(), 0, "the safe is the counter's");
	await lookAround(page, "nothing");
	await context.close();
});

test("a courier hands in on the phone: typed amounts outlive a lost network, pressed again it is once", limit, async () => {
	const { context, page } = await open("courier", "Bưu tá: phát và gom tại nhà", SIZES[1][1]);
	const sent = [];
	page.on("request", (request) => request.method() === "POST" && request.url().endsWith("/hand-ins") && sent.push(request.postDataJSON()));
	await page.goto(`${url}#/money`);
	await page.getByText("1.234.567 đ").first().waitFor();
	const postage = page.getByLabel("Nộp Cước, Bưu điện");
	await postage.fill("30.000");
	await page.getByText("Gõ một số tiền từ 0 đến 26.000 đ.").waitFor();
	await page.getByRole("button", { name: "Nộp vào quỹ" }).click();
	assert.deepEqual(sent, [], "more than is held is not even sent");
	await postage.fill("20.000");
	await lookAround(page, "mine");
	await context.setOffline(true);
	await page.getByRole("button", { name: "Nộp vào quỹ" }).click();
	await page.getByText("CHƯA rõ đã ghi hay chưa").waitFor();
	await page.reload();
	await page.getByText("có thể đã đổi").waitFor();
	assert.equal(await postage.inputValue(), "20.000", "what was typed is still there");
	await picture(page, "money-offline-360-vi");
	await check(page, "money-offline-360-vi");
	await context.setOffline(false);
	await loseAnswer(page, "**/v1/money/hand-ins");
	await page.getByRole("button", { name: "Nộp vào quỹ" }).click();
	await page.getByText("CHƯA rõ đã ghi hay chưa").waitFor();
	await page.getByRole("button", { name: "Nộp vào quỹ" }).dblclick();
	await page.getByRole("heading", { name: "Đã báo nộp, chờ người nhận" }).waitFor();
	assert.equal(new Set(sent.map(({ id }) => id)).size, 1, "one id, however often it is pressed");
	say("first", sent[0].id);
	await page.getByText("đang chờ nhận 20.000 đ").waitFor();
	await page.getByRole("button", { name: "Hủy lần nộp này" }).click();
	await page.getByText("Đã hủy", { exact: true }).waitFor();
	await page.getByText("đang chờ nhận").first().waitFor({ state: "detached" });
	await postage.fill("20000");
	await page.getByRole("button", { name: "Nộp vào quỹ" }).click();
	await page.getByRole("button", { name: "Hủy lần nộp này" }).waitFor();
	say("second", sent.at(-1).id);
	await lookAround(page, "offered");
	await context.close();
});

test("the cashier, by keyboard: received into the safe, a receipt, remitted, the safe counted", limit, async () => {
	const { context, page } = await open("cashier", "Phiên quét", SIZES[0][1]);
	await press(page, "Tiền");
	await press(page, "Nộp cơ quan");
	await page.getByText("Quỹ chưa có phí hay tiền thu hộ để nộp.").waitFor();
	await lookAround(page, "remit-empty");
	await press(page, "Tới Quỹ bưu cục");
	await page.getByText("Người courier").first().waitFor();
	await lookAround(page, "safe-waiting");
	await loseAnswer(page, "**/receive");
	await press(page, "Đã đếm đủ, nhận vào quỹ: Người courier");
	await page.getByText("CHƯA rõ đã ghi hay chưa").waitFor();
	await page.getByText("Đã nhận vào quỹ", { exact: true }).waitFor(); // it had arrived; the list says so
	await press(page, "Đã đếm đủ, nhận vào quỹ: Người courier");
	await page.getByText("Đã nhận vào quỹ tiền của Người courier.").waitFor();
	await page.getByText("Không ai chờ nộp tiền.").waitFor();
	await lookAround(page, "safe");
	await press(page, "Biên nhận");
	await page.getByRole("heading", { name: "BIÊN NHẬN NỘP TIỀN VÀO QUỸ" }).waitFor();
	assert.match(await page.locator(".slip").innerText(), /Người courier[\s\S]*Người cashier[\s\S]*1\.234\.567 đ/);
	await lookAround(page, "receipt");
	await press(page, "Về danh sách");

	await press(page, "Nộp cơ quan");
	await page.getByRole("button", { name: "Lập bảng kê nộp UBND phường Một" }).waitFor();
	await page.getByText("1.234.567 đ").first().waitFor();
	await lookAround(page, "remit");
	await loseAnswer(page, "**/v1/manifests");
	await press(page, "Lập bảng kê nộp UBND phường Một");
	await page.getByText("CHƯA rõ đã ghi hay chưa").waitFor();
	await press(page, "Lập bảng kê nộp UBND phường Một"); // once, however often it is pressed
	await page.getByRole("heading", { name: "Bảng kê nộp phí, lệ phí: UBND phường Một" }).waitFor();
	say("manifest", page.url().split("/").at(-1));
	// One line says more than the safe has: told before, and refused by the server.
	await page.getByLabel(`Số tiền nộp của ${item}`).fill("1.300.000");
	await press(page, `Đưa vào: ${item}`);
	await page.getByText("Quỹ còn thiếu Phí, lệ phí 65.433 đ").waitFor();
	await page.getByLabel("Số biên bản").fill("NP-1");
	await page.getByLabel("Người ký bên cơ quan").fill("Trần Thị Bình");
	await page.getByLabel("Đơn vị của người ký").fill("Một cửa");
	await press(page, "Xem lại rồi đóng");
	await press(page, "Đóng");
	await page.getByText("Quỹ bưu cục không đủ tiền cho bảng kê này.").waitFor();
	await lookAround(page, "remit-short");
	await press(page, `Bỏ ra: ${spaced(item)}`);
	await page.getByText("Đã bỏ ra: 1").waitFor();
	await page.getByText("Quỹ còn thiếu").waitFor({ state: "detached" });
	const amount = page.getByLabel(`Số tiền nộp của ${item}`);
	assert.equal(await amount.inputValue(), "1.234.567", "what is owed, again");
	await amount.fill("tất cả");
	await page.getByText("Gõ một số tiền, như 15000").waitFor();
	assert.ok(await page.getByRole("button", { name: `Đưa vào: ${item}` }).isDisabled(), "what is no amount goes nowhere");
	await amount.fill("1.234.567");
	await press(page, "Đưa cả 2 khoản vào bảng kê");
	await page.getByText("Không còn tiền nào giữ cho cơ quan này ngoài bảng kê.").waitFor();
	await page.getByRole("button", { name: `Bỏ ra: ${spaced(collected)}` }).waitFor();
	await page.locator(".badge:not(.waits)").waitFor();
	assert.equal(await page.getByLabel("Số biên bản").inputValue(), "NP-1", "what was typed is still there");
	await press(page, "Xem lại rồi đóng");
	await loseAnswer(page, "**/close");
	await press(page, "Đóng");
	await page.getByText("Mã kiểm chứng (SHA-256)").first().waitFor(); // it had arrived; the list says so
	await lookAround(page, "remit-closed");

	await press(page, "Tiền");
	await press(page, "Chốt ngày");
	await page.getByText("Chưa có ngày nào được chốt").waitFor();
	await page.getByLabel("Tiền của").selectOption("safe");
	await tabTo(page, page.getByLabel("Đếm được: Phí, lệ phí"));
	for (const counted of ["0", "20000", "0"]) {
		await page.keyboard.type(counted);
		await page.keyboard.press("Tab");
	}
	assert.equal(await page.getByText("khớp", { exact: true }).count(), 3);
	await page.keyboard.press("Enter");
	await page.getByText("Đã chốt.", { exact: true }).waitFor();
	await lookAround(page, "day-safe");
	await context.close();
});

test("a courier closes a day that differs: a reason is asked for, nothing typed is lost, closed once", limit, async () => {
	const { context, page } = await open("courier", "Bưu tá: phát và gom tại nhà", SIZES[1][1]);
	await page.goto(`${url}#/money/day`);
	await page.getByRole("heading", { name: "Chốt ngày", exact: true }).waitFor();
	await page.getByText("6.000 đ").first().waitFor();
	await page.getByRole("button", { name: "Chốt ngày" }).click();
	await page.getByText("Hãy gõ số đếm được của: Phí, lệ phí, Cước, Tiền thu hộ.").waitFor();
	await page.getByLabel("Đếm được: Phí, lệ phí").fill("0");
	await page.getByLabel("Đếm được: Tiền thu hộ").fill("0");
	await page.getByLabel("Đếm được: Cước").fill("5.500");
	await page.getByText("-500 đ").waitFor();
	await page.getByLabel("Lý do chênh lệch").fill("thối nhầm 500 đồng");
	await lookAround(page, "day-differs");
	await context.setOffline(true);
	await page.reload();
	await page.goto(`${url}#/money/day`);
	await page.getByText("có thể đã đổi").waitFor();
	assert.equal(await page.getByLabel("Đếm được: Cước").inputValue(), "5.500");
	assert.equal(await page.getByLabel("Lý do chênh lệch").inputValue(), "thối nhầm 500 đồng");
	await context.setOffline(false);
	await loseAnswer(page, "**/close");
	await page.getByRole("button", { name: "Chốt ngày" }).click();
	await page.getByText("CHƯA rõ đã ghi hay chưa").waitFor();
	await page.getByRole("button", { name: "Chốt ngày" }).click();
	await page.getByText("Đã chốt.", { exact: true }).waitFor();
	await lookAround(page, "day-closed");
	// Other figures for the same day are refused, in words.
	for (const kind of ["Phí, lệ phí", "Cước", "Tiền thu hộ"]) {
		await page.getByLabel(`Đếm được: ${kind}`).fill(kind === "Cước" ? "6000" : "0");
	}
	await page.getByRole("button", { name: "Chốt ngày" }).click();
	await page.getByText("Ngày này đã chốt sổ với số liệu khác.").waitFor();
	await context.close();
});

test("a supervisor sees who holds what in every office", limit, async () => {
	const { context, page } = await open("chief", "Phiên quét", SIZES[0][1]);
	await page.goto(`${url}#/money/safe`);
	await page.getByText("Còn ở từng người, chưa nộp").waitFor();
	await page.getByRole("cell", { name: "Người courier" }).waitFor();
	await page.getByRole("cell", { name: "Bưu cục 1" }).first().waitFor(); // whose safe it is
	await lookAround(page, "supervisor");
	await context.close();
});
