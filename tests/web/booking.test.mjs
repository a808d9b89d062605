// A clerk on the telephone, in Debian's Chromium against a real hosod, by keys: books, is refused a window that has just
// been taken, loses an answer, gives to a courier, moves, cancels. The caller holds the histories against it.
import assert from "node:assert/strict";
import { appendFileSync } from "node:fs";
import test from "node:test";
import { confirmed, device, items, limit, look, Scanner, signIn, url } from "./page.mjs";

const { HOSO_TOKEN: token, HOSO_DAY: day } = process.env;
const box = (page, name) => page.locator("form.step").getByLabel(name);
const told = (page, name) => page.locator(`#f-${name}-wrong`).innerText();
const focused = (page) => page.evaluate(() => [document.activeElement.tagName, document.activeElement.id]);
const press = (page, name) => page.getByRole("button", { name }).press("Enter");

async function lookAll(page, name) {
	for (const [language, other] of [["vi", "English"], ["en", "Tiếng Việt"]]) {
		for (const [width, size] of [["1366", { width: 1366, height: 768 }], ["360", { width: 360, height: 740 }]]) {
			await page.setViewportSize(size);
			await look(page, `booking-${name}-${language}-${width}`);
			assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${name} ${language} ${width} is wider than the screen`);
		}
		await page.getByRole("button", { name: other, exact: true }).click();
	}
	await page.setViewportSize({ width: 1366, height: 768 });
}

/* The clerk beside: takes both seats of a window. */
async function takeBoth(page, window) {
	const [window_from, window_to] = window.split("|");
	const ids = await page.evaluate(async ([bearer, from, to]) => {
		const hex = (n) => Array.from(crypto.getRandomValues(new Uint8Array(n)), (byte) => byte.toString(16).padStart(2, "0")).join("");
		const stamp = Date.now().toString(16).padStart(12, "0");
		const book = async () => (await fetch("/v1/visits", { method: "POST", headers: { Authorization: `Bearer ${bearer}`, "Content-Type": "application/json" },
			body: JSON.stringify({ id: `${stamp.slice(0, 8)}-${stamp.slice(8)}-7${hex(2).slice(1)}-8${hex(2).slice(1)}-${hex(6)}`, kind: "pickup",
				person: { name: "Lê Văn Tư", phone: "0987654321", address: "1 Lý Thường Kiệt" }, window_from: from, window_to: to }) })).status;
		return [await book(), await book()];
	}, [token, window_from, window_to]);
	assert.deepEqual(ids, [201, 201]);
}

const hasValue = (page, name, value) => page.waitForFunction(([id, wanted]) => document.getElementById(id).value === wanted, [`f-${name}`, value]);

async function fillPerson(page, name, phone, address) {
	await box(page, "Họ tên người hẹn").fill(name);
	await box(page, "Điện thoại").fill(phone);
	await box(page, "Địa chỉ đến").fill(address);
}

async function bookFirst(page) {
	await press(page, "Đặt hẹn");
	assert.equal(await page.evaluate(() => document.activeElement.id), "f-name", "the first box has the focus");
	await box(page, "Địa chỉ đến").press("Control+Enter");
	for (const [field, words] of [["name", "Hỏi và gõ"], ["phone", "bưu tá gọi"], ["address", "bưu tá đến"], ["window", "khung giờ còn trống"]]) {
		assert.match(await told(page, field), new RegExp(words));
	}
	await fillPerson(page, "Trần Thị Bé", "12", "5 Trần Phú, Đồng Hới");
	assert.match(await told(page, "phone"), /9 đến 11 chữ số/);
	await box(page, "Điện thoại").fill("+84 912 345 678");
	await box(page, "Việc cần làm").selectOption("mix");
	await box(page, "Thủ tục").fill(items.procedure);
	await box(page, "Khung giờ").locator("option", { hasText: "còn 2 chỗ" }).first().waitFor({ state: "attached" });
	await lookAll(page, "form");
	const first = await box(page, "Khung giờ").locator("option").nth(1).getAttribute("value");
	await box(page, "Khung giờ").selectOption(first);
	// The answer is lost: pressed again it is the same booking.
	const sent = [];
	page.on("request", (request) => request.method() === "POST" && request.url().endsWith("/v1/visits") && sent.push(request.postDataJSON().id));
	await page.route("**/v1/visits", async (route) => { await route.fetch(); await route.abort(); }, { times: 1 });
	await box(page, "Điện thoại").press("Control+Enter");
	await page.getByText("CHƯA biết đã ghi hay chưa").waitFor();
	await box(page, "Địa chỉ đến").fill("6 Trần Phú");
	await box(page, "Địa chỉ đến").press("Control+Enter");
	await page.getByText("Lần bấm trước đã ghi được").waitFor();
	await lookAll(page, "lost");
	await box(page, "Địa chỉ đến").fill("5 Trần Phú, Đồng Hới");
	await box(page, "Địa chỉ đến").press("Control+Enter");
	await page.locator(".done", { hasText: "Đặt hẹn: đã ghi" }).waitFor();
	assert.equal(new Set(sent).size, 1, "one booking");
	await page.getByRole("heading", { name: /Trần Thị Bé/ }).waitFor();
	return first;
}

async function bookSecond(page) {
	await press(page, "Đặt hẹn");
	await fillPerson(page, "Ngô Văn Sáu", "0911222333", "9 Lê Duẩn");
	const wished = await box(page, "Khung giờ").locator("option").nth(2).getAttribute("value");
	await box(page, "Khung giờ").selectOption(wished);
	await takeBoth(page, wished);
	await box(page, "Địa chỉ đến").press("Control+Enter");
	await page.getByText("Khung giờ còn trống gần nhất:").waitFor();
	await page.waitForFunction(() => document.querySelector("#f-window").value === ""); // it is not offered any more
	assert.match(await told(page, "window"), /đã kín/);
	assert.doesNotMatch(await told(page, "window"), /window_from/, "no member's name is told to a clerk");
	assert.equal(await box(page, "Khung giờ").locator("option", { hasText: "còn" }).first().getAttribute("value") === wished, false);
	await lookAll(page, "full");
	await page.getByRole("group", { name: "Khung giờ còn trống gần nhất:" }).getByRole("button").nth(1).press("Enter");
	await page.waitForFunction(() => document.querySelector("#f-window").value !== "");
	const taken = await box(page, "Khung giờ").inputValue();
	await box(page, "Địa chỉ đến").press("Control+Enter");
	await page.locator(".done", { hasText: "Đặt hẹn: đã ghi" }).waitFor();
	return taken;
}

/* Labels that were handed out and a result to be brought: scanned, typed, wrong at their boxes. */
async function bookThings(page) {
	const scanner = await Scanner.of(page);
	await press(page, "Đặt hẹn");
	await fillPerson(page, "Hồ Thị Chín", "0905111222", "2 Quang Trung");
	assert.equal(await box(page, "Bưu gửi kết quả").count(), 0, "nothing is brought to a collection");
	await box(page, "Việc cần làm").selectOption("mix");
	const window = await box(page, "Khung giờ").locator("option", { hasText: "còn" }).nth(2).getAttribute("value");
	await box(page, "Khung giờ").selectOption(window);
	await scanner.scan(items.label); // wherever the focus is
	const labels = box(page, "Nhãn đã phát");
	await hasValue(page, "items", items.label);
	await box(page, "Bưu gửi kết quả").focus();
	await scanner.scan(items.result);
	await hasValue(page, "returns", items.result);
	await labels.fill(`${items.label}\n${items.label.slice(0, 10)}${(Number(items.label[10]) + 1) % 10}VN`);
	await labels.press("Control+Enter");
	assert.match(await told(page, "items"), /sai số kiểm tra/);
	assert.match(await told(page, "procedure"), /cần thủ tục/);
	await lookAll(page, "things");
	await labels.fill(items.label);
	await box(page, "Thủ tục").fill(items.procedure);
	await box(page, "Mã hồ sơ liên quan").fill(`${items.dossier}\nH06-KHONG-CO-1`);
	await labels.press("Control+Enter");
	await page.locator("#f-dossiers-wrong").waitFor(); // the server knows no such dossier
	await box(page, "Mã hồ sơ liên quan").fill(items.dossier.toLowerCase());
	await labels.press("Control+Enter");
	await page.locator(".done", { hasText: "Đặt hẹn: đã ghi" }).waitFor();
	const visit = page.getByRole("article").filter({ hasText: "Hồ Thị Chín" });
	await visit.getByText("Mang đến trả: ").waitFor();
	await lookAll(page, "booked-things");
}

async function assign(page) {
	// Who could not be asked for is typed, and the server judges; until then the box is the one that it will be, and keeps the focus.
	let answer;
	const asked = new Promise((resolve) => { answer = resolve; });
	await page.route("**/v1/visits/couriers?*", async (route) => { await asked; await route.abort(); });
	await press(page, /^Giao bưu tá: Trần Thị Bé/);
	await page.locator("#f-courier-hint", { hasText: "Đang tải" }).waitFor();
	assert.deepEqual(await focused(page), ["SELECT", "f-courier"], "a box that is being filled is no other box");
	answer();
	await page.getByLabel("Bưu tá (gõ tên tài khoản)").waitFor();
	assert.deepEqual(await focused(page), ["INPUT", "f-courier"], "the focus stays where the clerk was");
	await page.getByLabel("Bưu tá (gõ tên tài khoản)").fill("nobody");
	await page.keyboard.press("Enter");
	await page.locator("#f-courier-wrong", { hasText: "Không có bưu tá này" }).waitFor();
	await press(page, "Thôi");
	await page.unroute("**/v1/visits/couriers?*");
	await press(page, /^Giao bưu tá: Trần Thị Bé/);
	await box(page, "Bưu tá").locator("option", { hasText: "Rảnh: Người courier (courier) · Bưu cục 1" }).waitFor({ state: "attached" });
	assert.equal(await box(page, "Bưu tá").locator("option", { hasText: "courier9" }).count(), 0, "another office's are not offered");
	await box(page, "Bưu tá").press("Control+Enter");
	assert.match(await told(page, "courier"), /bưu tá/);
	await lookAll(page, "assign");
	await box(page, "Bưu tá").selectOption("courier");
	await box(page, "Bưu tá").press("Control+Enter");
	await page.locator(".done", { hasText: "Giao bưu tá: đã ghi" }).waitFor();
	await page.getByText("Đã phân công: Người courier").waitFor();
}

/* Two visits of others in one window: who has the one is busy for the other, and refused if they are chosen all the same. */
async function assignBusy(page) {
	const others = page.getByRole("article").filter({ hasText: "Lê Văn Tư" });
	await others.nth(0).getByRole("button", { name: /^Giao bưu tá/ }).press("Enter");
	await box(page, "Bưu tá").selectOption("courier2");
	await box(page, "Bưu tá").press("Control+Enter");
	await page.getByText("Đã phân công: Người courier2").waitFor();
	await others.filter({ hasText: "Chờ phân công" }).or(others.filter({ hasText: "Đã hẹn" })).getByRole("button", { name: /^Giao bưu tá/ }).press("Enter");
	const options = box(page, "Bưu tá").locator("option");
	await options.filter({ hasText: "BẬN: Người courier2 (courier2) · Bưu cục 1" }).waitFor({ state: "attached" });
	assert.match(await options.last().innerText(), /BẬN/, "who is free comes first");
	await box(page, "Bưu tá").selectOption("courier2");
	await box(page, "Bưu tá").press("Control+Enter");
	await page.locator("#f-courier-wrong").waitFor();
	await lookAll(page, "busy");
	await press(page, "Thôi");
}

async function move(page) {
	await press(page, /^Đổi giờ: Trần Thị Bé/);
	await box(page, "Khung giờ").locator("option", { hasText: "còn" }).nth(5).waitFor({ state: "attached" });
	const to = await box(page, "Khung giờ").locator("option").nth(6).getAttribute("value");
	await box(page, "Khung giờ").selectOption(to);
	await box(page, "Lý do").selectOption("busy");
	await box(page, "Lý do").press("Control+Enter");
	assert.match(await told(page, "wished_by"), /người dân hay bưu điện/);
	await box(page, "Bên muốn thay đổi").selectOption("citizen");
	await lookAll(page, "move");
	await box(page, "Lý do").press("Control+Enter");
	await page.locator(".done", { hasText: "Đổi giờ: đã ghi" }).waitFor();
	return to;
}

async function cancel(page) {
	await press(page, /^Hủy hẹn: Ngô Văn Sáu/);
	await box(page, "Lý do").selectOption("other");
	await box(page, "Bên muốn thay đổi").selectOption("citizen");
	await box(page, "Lý do").press("Control+Enter");
	assert.match(await told(page, "note"), /phải ghi rõ/);
	await lookAll(page, "cancel");
	await box(page, "Ghi chú").fill("Gọi nhầm số");
	await box(page, "Ghi chú").press("Control+Enter");
	await page.locator(".done", { hasText: "Hủy hẹn: đã ghi" }).waitFor();
	await page.getByRole("article").filter({ hasText: "Ngô Văn Sáu" }).getByText("Đã hủy").waitFor();
	assert.equal(await page.getByRole("button", { name: /Ngô Văn Sáu/ }).count(), 0, "what is cancelled takes nothing more");
}

test("a clerk books visits by telephone", limit, async () => {
	const context = await device();
	const page = await signIn(context, "clerk");
	await page.getByRole("link", { name: "Hẹn tại nhà" }).press("Enter");
	await page.getByRole("heading", { name: "Hẹn đến nhà người dân" }).waitFor();
	await page.getByLabel("Ngày", { exact: true }).fill(day);
	await page.getByText("Ngày này chưa có lịch hẹn nào.").waitFor();
	await lookAll(page, "empty");
	const first = await bookFirst(page);
	const second = await bookSecond(page);
	await bookThings(page);
	await lookAll(page, "day");
	await assign(page);
	await assignBusy(page);
	const moved = await move(page);
	await cancel(page);
	await lookAll(page, "end");
	const at = (window) => window.split("|")[0];
	appendFileSync(confirmed, JSON.stringify({ first: at(first), second: at(second), moved: at(moved) }));
	assert.ok(url);
});
