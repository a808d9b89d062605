// A counter's manifests in Debian's Chromium against a real hosod: opened, scanned onto with and without a network, counted
// together, signed by the officer on their own screen, closed, printed. The caller holds what was shown against the database.
import assert from "node:assert/strict";
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { confirmed, device, items, limit, look, password, Scanner, screens, signIn, url } from "./page.mjs";

const WIDE = { width: 1366, height: 768 };
const PHONE = { width: 360, height: 740 };
const shown = (what) => appendFileSync(confirmed, `${JSON.stringify(what)}\n`);
const spaced = (code) => `${code.slice(0, 2)} ${code.slice(2, 5)} ${code.slice(5, 8)} ${code.slice(8, 11)} ${code.slice(11)}`;

/* Both languages at both sizes; the page is left as it was found. */
async function lookAll(page, name) {
	for (const language of ["vi", "en"]) {
		for (const [size, words] of [[WIDE, "1366"], [PHONE, "360"]]) {
			await page.setViewportSize(size);
			const wide = await page.evaluate(() => (document.documentElement.scrollWidth <= innerWidth ? "" : [...document.querySelectorAll("main *, header *")]
				.filter((one) => one.getBoundingClientRect().right > innerWidth && !one.closest("nav")).map((one) => one.outerHTML.slice(0, 90)).join("\n")));
			assert.equal(wide, "", `${name} in ${language} is too wide for ${size.width}`);
			await look(page, `${name}-${language}-${words}`);
		}
		await page.getByRole("button", { name: language === "vi" ? "English" : "Tiếng Việt" }).click();
	}
	await page.setViewportSize(WIDE);
}

async function tile(page, name) {
	return page.locator(".tile", { has: page.getByText(name, { exact: true }) }).locator("strong").innerText();
}

const seeTile = (page, name, number) => page.locator(".tile", { has: page.getByText(name, { exact: true }) }).filter({ hasText: new RegExp(`${number}$`) }).waitFor();
const seeLine = (page, code, words) => page.locator("tr", { hasText: spaced(code) }).filter({ hasText: words }).waitFor();
const idOf = (page) => page.url().split("/manifest/")[1];

/* All by keys: the list's link, the kind, a few letters of the agency without marks, Enter. */
async function openByKeys(page) {
	await page.getByRole("link", { name: "Lập mới" }).focus();
	await page.keyboard.press("Enter");
	await page.getByRole("heading", { name: "Lập bảng kê mới" }).waitFor();
	await page.getByRole("button", { name: "Lập và bắt đầu quét" }).focus();
	await page.keyboard.press("Enter");
	await page.getByText("Chọn cơ quan: gõ mã").waitFor();
	await page.getByRole("combobox", { name: "Cơ quan" }).focus();
	await page.keyboard.type("phuong mot");
	await page.getByRole("option", { name: "UBND phường Một" }).waitFor();
	await lookAll(page, "manifest-new");
	await page.getByRole("combobox", { name: "Cơ quan" }).focus();
	await page.keyboard.type("phuong mot");
	await page.getByRole("option", { name: "UBND phường Một" }).waitFor();
	await page.keyboard.press("ArrowDown");
	await page.keyboard.press("Enter"); // takes it, and goes on to the button
	assert.equal(await page.getByRole("combobox", { name: "Cơ quan" }).inputValue(), "KT.A1  UBND phường Một");
	await page.keyboard.press("Enter");
}

async function typeCode(page, code) {
	await page.getByLabel("Gõ số hiệu bưu gửi").fill(code);
	await page.keyboard.press("Enter");
}

test("a counter opens, scans, counts, has it signed and closes", limit, async () => {
	assert.ok(password);
	const context = await device();
	const page = await signIn(context, "clerk");
	await page.getByRole("link", { name: "Bàn giao", exact: true }).click();
	await page.getByText("Chưa có bảng kê nào đang mở").waitFor();
	await lookAll(page, "manifests-empty");

	// The answer to opening it is lost: pressed again it is the same one.
	const opened = [];
	page.on("request", (request) => request.method() === "POST" && request.url().endsWith("/v1/manifests") && opened.push(request.postDataJSON().id));
	await page.route("**/v1/manifests", async (route) => { await route.fetch(); await route.abort(); }, { times: 1 });
	await openByKeys(page);
	await page.getByText("CHƯA lập: Không kết nối được máy chủ").waitFor();
	await page.getByRole("button", { name: "Lập và bắt đầu quét" }).click();
	await page.getByRole("heading", { name: "Biên bản giao hồ sơ cho cơ quan: UBND phường Một" }).waitFor();
	assert.equal(new Set(opened).size, 1, "opened twice under two ids");
	await seeTile(page, "Cần giao", 4);
	await seeTile(page, "Còn thiếu", 4);

	// The scanner works while another box has the focus, and leaves nothing in it.
	const scanner = await Scanner.of(page);
	const minutes = page.getByLabel("Số biên bản");
	await minutes.fill("BB-");
	await scanner.scan(items.here[0]);
	await seeLine(page, items.here[0], "Đã ghi");
	assert.equal(await minutes.inputValue(), "BB-");
	await scanner.scan(items.other);
	await seeLine(page, items.other, "của cơ quan khác: bỏ ra");
	await scanner.scan(items.unknown);
	await seeLine(page, items.unknown, "chưa ai chấp nhận bưu gửi này");
	await seeTile(page, "Thừa, cần xem", 2);
	await scanner.scan(items.here[1]);
	await seeLine(page, items.here[1], "Đã ghi");
	await seeTile(page, "Đã quét", 4);
	await seeTile(page, "Còn thiếu", 2);

	// Counted together: one is damaged. What is missing must be said.
	await page.getByRole("button", { name: `Ghi kiểm đếm: ${spaced(items.here[1])}` }).focus();
	await page.keyboard.press("Enter");
	await page.locator("td select").selectOption("false");
	await page.getByRole("button", { name: "Ghi", exact: true }).last().click();
	await page.getByText("Hãy ghi thiếu gì, hỏng gì").waitFor();
	await page.getByLabel("Thiếu gì, hỏng gì").fill("bì rách, thiếu bản sao");
	await page.keyboard.press("Enter");
	await seeLine(page, items.here[1], "KHÔNG đủ giấy tờ · bì rách, thiếu bản sao");
	await lookAll(page, "manifest-open");

	// Taken off by keys.
	await page.getByRole("button", { name: `Bỏ ra: ${spaced(items.other)}` }).focus();
	await page.keyboard.press("Enter");
	await page.getByRole("button", { name: `Bỏ ra: ${spaced(items.unknown)}` }).click();
	await page.getByText("Đã bỏ ra: 2").waitFor();
	await seeTile(page, "Thừa, cần xem", 0);

	// Without a network a scan is kept, said to be unsent, and stands in the way of closing; a reload loses nothing.
	await context.setOffline(true);
	await scanner.scan(items.here[2]);
	await page.locator(".last", { hasText: "Đã lưu trên máy" }).waitFor();
	await page.getByLabel("Người ký bên cơ quan").fill("Trần Thị Bình");
	await page.getByLabel("Đơn vị của người ký").fill("Một cửa");
	await page.getByRole("button", { name: "Xem lại rồi đóng" }).click();
	await page.getByText("Còn 1 lượt quét trên máy này chưa tới máy chủ").waitFor();
	await page.reload();
	await page.getByText("Chưa kết nối được máy chủ: đây là bảng kê lúc").waitFor();
	await page.locator("tr.verdict-waiting", { hasText: spaced(items.here[2]) }).waitFor();
	await seeTile(page, "Còn thiếu", 1);
	assert.equal(await page.getByLabel("Đơn vị của người ký").inputValue(), "Một cửa", "what was typed is still there");
	await lookAll(page, "manifest-offline");
	await page.getByRole("link", { name: "Về danh sách" }).click();
	await page.getByText("Đây là những bảng kê máy này còn giữ").waitFor();
	await page.getByRole("link", { name: "Biên bản giao hồ sơ" }).click();
	await context.setOffline(false);
	await seeLine(page, items.here[2], "Đã ghi");
	await seeTile(page, "Đã quét", 3);

	// The officer signs what they see; one more scan makes it worthless, and both screens say so.
	const officers = await device();
	const officer = await signIn(officers, "officer", "Bàn giao chờ ký");
	await officer.getByRole("link", { name: "Biên bản giao hồ sơ cho cơ quan" }).click();
	await officer.getByRole("button", { name: "Ký danh sách này" }).click();
	await officer.getByText("Đã ký lúc").waitFor();
	await officer.goto(`${url}#/handovers`);
	await officer.getByText("Không có bàn giao nào chờ ký.").waitFor();
	await officer.getByRole("heading", { name: "Đã ký, chờ bưu điện đóng" }).waitFor();
	await lookAll(officer, "handovers-signed");
	await page.getByRole("button", { name: "Xem lại", exact: true }).click();
	await page.getByText("Người officer (UBND phường Một) đã ký trên máy của họ").waitFor();
	await scanner.scan(items.late);
	await page.getByText("nhưng sau đó bảng kê đã thay đổi").waitFor();
	await officer.getByRole("button", { name: "Xem lại" }).click();
	await officer.getByText("đã ký rồi lại thay đổi: phải ký lại").waitFor();
	await officer.getByRole("link", { name: "Biên bản giao hồ sơ cho cơ quan" }).click();
	await officer.getByText("Bảng kê đã thay đổi sau khi bạn ký").waitFor();
	await officer.getByRole("button", { name: "Ký danh sách này" }).click();
	await officer.getByText("Đã ký lúc").waitFor();
	await page.getByRole("button", { name: "Xem lại", exact: true }).click();
	await page.getByText("đã ký trên máy của họ").waitFor();

	// Refusals say what to do; the answer to closing is lost, and pressed again it is closed once.
	await page.getByLabel("Số biên bản").fill("");
	await page.getByRole("button", { name: "Xem lại rồi đóng" }).click();
	await page.getByText("Ghi số biên bản.").waitFor();
	await page.getByLabel("Số biên bản").fill("BB-22/2026");
	await page.keyboard.press("Enter");
	await page.getByText("Đóng với 4 bưu gửi?").waitFor();
	await page.getByText("1 bưu gửi không đủ giấy tờ hoặc hư hỏng").waitFor();
	assert.equal(await page.evaluate(() => document.activeElement?.textContent), "Đóng", "Enter goes on");
	await lookAll(page, "manifest-review");
	await page.route("**/close", async (route) => { await route.fetch(); await route.abort(); }, { times: 1 });
	await page.getByRole("button", { name: "Đóng", exact: true }).click();
	await page.getByText("Mã kiểm chứng (SHA-256)").first().waitFor();
	await page.getByText("Ký trên máy của cán bộ (tài khoản officer)").waitFor();
	await lookAll(page, "manifest-closed");
	const codes = await page.locator("main > table:not(.paper table) tbody tr.verdict-recorded .code").allInnerTexts();
	shown({ what: "closed", id: idOf(page), codes: codes.map((code) => code.replaceAll(" ", "")), hash: await page.locator(".done .consent").innerText() });
	await page.evaluate(() => { window.print = () => { document.body.dataset.printed = "yes"; }; });
	await page.getByRole("button", { name: "In biên bản" }).click();
	await page.locator("body[data-printed]").waitFor();
	await page.pdf({ path: join(screens, "manifest.pdf"), preferCSSPageSize: true });
	await officer.reload();
	await officer.getByText("Bảng kê đã đóng hoặc đã hủy").waitFor();
});

test("what was closed by the other PC takes nothing more, and nothing is lost in silence", limit, async () => {
	const context = await device();
	const page = await signIn(context, "clerk");
	await page.goto(`${url}#/manifests/new`);
	await page.getByLabel("Giao, nhận với ai?").selectOption("bag");
	await page.getByRole("combobox", { name: "Bưu cục đến" }).fill("KT2");
	await page.keyboard.press("Enter");
	await page.keyboard.type("TUI-7");
	await page.keyboard.press("Enter");
	await page.keyboard.press("Enter");
	await page.getByRole("heading", { name: "Bảng kê túi đi bưu cục khác: Bưu cục 2" }).waitFor();
	await typeCode(page, items.bag);
	await seeLine(page, items.bag, "Đã ghi");
	await context.setOffline(true);
	await typeCode(page, items.bag_late);
	await page.locator(".last", { hasText: "Đã lưu trên máy" }).waitFor();
	const id = idOf(page);
	const other = await device();
	const second = await signIn(other, "clerk");
	await second.goto(`${url}#/manifest/${id}`);
	await second.getByRole("button", { name: "Xem lại rồi đóng" }).click();
	await second.getByRole("button", { name: "Đóng", exact: true }).click();
	await second.getByText("Đã đóng lúc").waitFor();
	await context.setOffline(false);
	await page.getByText("Bảng kê đã đóng hoặc đã hủy, không sửa được nữa").first().waitFor();
	await lookAll(page, "manifest-refused");
	await page.getByRole("button", { name: `Đã xem, bỏ khỏi danh sách: ${items.bag_late}` }).click();
	await page.locator(".badge:not(.waits)").waitFor();
	shown({ what: "bag", id, codes: [items.bag] });

	await page.goto(`${url}#/manifests/new`);
	await page.getByRole("combobox", { name: "Cơ quan" }).fill("KT.A2");
	await page.keyboard.press("Enter");
	await page.getByRole("button", { name: "Lập và bắt đầu quét" }).click();
	await page.getByRole("button", { name: "Hủy bảng kê này…" }).click();
	await page.getByRole("button", { name: "Hủy bảng kê", exact: true }).click();
	await page.getByText("Ghi vì sao hủy.").waitFor();
	await page.getByLabel("Vì sao hủy").fill("lập nhầm cơ quan");
	await page.keyboard.press("Enter");
	await page.getByText("Lý do: lập nhầm cơ quan").waitFor();
	shown({ what: "cancelled", id: idOf(page) });
	await page.goto(`${url}#/manifests`);
	await page.locator("main select").first().selectOption("closed");
	await page.getByText("TUI-7").waitFor();
	await lookAll(page, "manifests-closed");
});

test("money is handed over by its lines, a courier's route by one thumb", limit, async () => {
	const page = await signIn(await device(), "clerk");
	await page.goto(`${url}#/manifests/new`);
	await page.getByLabel("Giao, nhận với ai?").selectOption("remittance");
	await page.getByRole("combobox", { name: "Cơ quan" }).fill("KT.A1");
	await page.keyboard.press("Enter");
	await page.getByRole("button", { name: "Lập và bắt đầu quét" }).click();
	assert.equal(await page.getByLabel(`Số tiền nộp của ${items.paid}`).inputValue(), "20.000");
	await typeCode(page, items.bag);
	await page.getByText("không có tiền nào của bưu gửi này đang giữ").waitFor();
	await lookAll(page, "manifest-money");
	await page.getByRole("button", { name: "Đưa cả 1 khoản vào bảng kê" }).click();
	await seeLine(page, items.paid, "phí, lệ phí 20.000 đ");
	await page.getByText("Quỹ còn thiếu Phí, lệ phí 20.000 đ").waitFor(); // the clerk has it still
	shown({ what: "remittance", id: idOf(page), codes: [items.paid] });

	const phone = await signIn(await device(PHONE), "courier", "Bưu tá: phát và gom tại nhà");
	await phone.goto(`${url}#/manifests/new`);
	const kinds = await phone.getByLabel("Giao, nhận với ai?").locator("option").allInnerTexts();
	assert.ok(!kinds.some((kind) => kind.includes("túi")), "a courier makes no bags");
	await phone.getByLabel("Giao, nhận với ai?").selectOption("route");
	assert.equal(await phone.getByLabel("Tài khoản bưu tá").inputValue(), "courier");
	await phone.getByRole("button", { name: "Lập và bắt đầu quét" }).click();
	await phone.getByRole("heading", { name: "Bảng kê phát của bưu tá" }).waitFor();
	await typeCode(phone, items.result);
	await seeLine(phone, items.result, "Đã ghi");
	await look(phone, "manifest-route-360");
	await phone.getByRole("button", { name: "Xem lại rồi đóng" }).click();
	await phone.getByRole("button", { name: "Đóng", exact: true }).click();
	await phone.getByText("Đã đóng lúc").waitFor();
	shown({ what: "route", id: idOf(phone), codes: [items.result] });

	const chief = await signIn(await device(), "chief");
	await chief.getByRole("link", { name: "Bàn giao", exact: true }).click();
	await chief.getByText("của Bưu cục 1: chỉ xem").first().waitFor();
	await lookAll(chief, "manifests-chief");
	await chief.getByRole("link", { name: "Bảng kê nộp phí, lệ phí" }).click();
	await chief.getByText("Bảng kê của Bưu cục 1: chỉ xem ở đây.").waitFor();
	assert.equal(await chief.getByRole("button", { name: /Bỏ ra|Xem lại rồi đóng|Hủy/ }).count(), 0, "another office's manifest is only looked at");
});
