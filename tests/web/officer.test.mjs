// What an agency's officer says of a dossier, in Debian's Chromium against a real hosod, by keys alone: wrong at its box,
// pressed twice, an answer that is lost, no network, refused. The caller holds what was confirmed against the database.
import assert from "node:assert/strict";
import { appendFileSync } from "node:fs";
import test from "node:test";
import { allSent, confirmed, device, items, limit, look, read, signIn, url } from "./page.mjs";

const { HOSO_TOKEN: token } = process.env;
const PHONE = { width: 360, height: 740 };
const COUNTER = { width: 1366, height: 768 };

/* Every state of a screen in both sizes and languages; nothing wider than the screen. */
async function lookAll(page, name) {
	for (const [language, other] of [["vi", "English"], ["en", "Tiếng Việt"]]) {
		for (const [width, size] of [["1366", COUNTER], ["360", PHONE]]) {
			await page.setViewportSize(size);
			await look(page, `${name}-${language}-${width}`);
			assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${name} ${language} ${width} is wider than the screen`);
		}
		await page.getByRole("button", { name: other, exact: true }).click();
	}
	await page.setViewportSize(COUNTER);
}

const today = () => new Intl.DateTimeFormat("en-CA", { timeZone: "Asia/Ho_Chi_Minh" }).format(new Date());
const told = (page, name) => page.locator(`#f-${name}-wrong`).innerText();
const box = (page, name) => page.locator("form.step").getByLabel(name);
const step = (page, name) => page.getByRole("button", { name, exact: true }).press("Enter");

async function recorded(page, what) {
	await page.locator(".done").filter({ hasText: what }).filter({ hasText: "Đã ghi" }).waitFor();
}

/* Another officer of the agency, at their own screen. */
async function declineElsewhere(page, event_id) {
	const answer = await page.evaluate(async ([code, bearer, body]) => {
		const reply = await fetch(`/v1/dossiers/${encodeURIComponent(code)}/steps`, { method: "POST", body: JSON.stringify(body),
			headers: { Authorization: `Bearer ${bearer}`, "Content-Type": "application/json" } });
		return reply.status;
	}, [items.raced_code, token, { event_id, kind: "declined", occurred_at: new Date().toISOString(), data: { number: "9/TC" } }]);
	assert.equal(answer, 200);
}

/* What the agency owes an answer to, and the way there. */
async function owes(page) {
	await page.goto(`${url}#/desk`);
	const row = page.locator("tbody tr");
	await row.getByText("Cơ quan chưa trả lời").waitFor();
	assert.equal(await row.count(), 1);
	await row.getByText("tiếp nhận, hoặc yêu cầu bổ sung").waitFor();
	await lookAll(page, "officer-desk");
	await row.getByRole("link").first().press("Enter");
	await page.getByText("Bưu điện chưa biết mã").waitFor();
}

async function bind(page) {
	await page.goto(`${url}#/dossier/${items.whole}`);
	await page.getByText("Bưu điện chưa biết mã").waitFor();
	await lookAll(page, "officer-unbound");
	assert.equal(await page.getByRole("button", { name: "Báo có kết quả" }).count(), 0, "without a code nothing else may be said");
	await step(page, "Gắn mã hồ sơ");
	assert.equal(await page.evaluate(() => document.activeElement.id), "f-dossier_code", "the first box has the focus");
	await page.keyboard.press("Enter");
	assert.match(await told(page, "dossier_code"), /Gõ mã hồ sơ/);
	await page.keyboard.type(items.whole);
	assert.match(await told(page, "dossier_code"), /không phải số hiệu bưu gửi/);
	await box(page, "Mã hồ sơ").fill(` ${items.code.toLowerCase()} `);
	await box(page, "Ngày tiếp nhận").fill(today());
	await box(page, "Ngày hẹn trả").fill("2020-01-05");
	assert.match(await told(page, "due_on"), /trước ngày tiếp nhận/);
	await lookAll(page, "officer-bind");
	assert.equal(await box(page, "Mã hồ sơ").inputValue(), ` ${items.code.toLowerCase()} `, "another language keeps what was typed");
	await page.reload();
	await box(page, "Ngày hẹn trả").waitFor();
	assert.deepEqual([await box(page, "Mã hồ sơ").inputValue(), await box(page, "Ngày tiếp nhận").inputValue()], [` ${items.code.toLowerCase()} `, today()],
		"so does a page that is loaded anew");
	await box(page, "Ngày hẹn trả").fill("2099-01-05");
	await page.keyboard.press("Control+Enter");
	await recorded(page, "Gắn mã hồ sơ");
	await page.getByRole("heading", { name: items.code }).waitFor();
	await page.locator("dd", { hasText: "Cơ quan đã tiếp nhận" }).waitFor();
}

/* Pressed twice, and its answer lost once: one step. */
async function askSupplement(page, posted) {
	await step(page, "Yêu cầu bổ sung");
	await page.keyboard.press("Control+Enter");
	assert.match(await told(page, "content"), /còn thiếu giấy tờ gì/);
	assert.equal(await page.evaluate(() => document.activeElement.id), "f-content");
	await page.keyboard.type("Thiếu bản sao giấy khai sinh");
	await box(page, "Số văn bản").fill("15/PYC");
	await lookAll(page, "officer-supplement");
	await page.route("**/steps", async (route) => { await route.fetch(); await route.abort(); }, { times: 1 });
	const from = posted.length;
	await page.evaluate(() => { for (let i = 0; i < 3; i++) document.querySelector("form.step button[type=submit]").click(); });
	await page.getByText("tự gửi khi có mạng").waitFor();
	await recorded(page, "Yêu cầu bổ sung");
	const ids = posted.slice(from).map(({ event_id }) => event_id);
	assert.equal(ids.length, 2, "once without an answer, once with it");
	assert.equal(new Set(ids).size, 1, "the same step");
	const clocks = posted.slice(from).map(({ clock }) => Date.parse(clock));
	assert.ok(clocks[0] < clocks[1] && Math.abs(Date.now() - clocks[1]) < 60_000, `each try says what the clock shows then: ${clocks}`);
	await page.locator("dd", { hasText: "Chờ bổ sung" }).waitFor();
	await page.getByText("Đã yêu cầu bổ sung một lần").waitFor();
	assert.equal(await page.getByRole("button", { name: "Yêu cầu bổ sung", exact: true }).count(), 0);
	await lookAll(page, "officer-supplement-asked");
}

async function changeDueOffline(page, context, posted) {
	await step(page, "Hẹn lại ngày trả");
	await page.keyboard.press("Control+Enter");
	assert.match(await told(page, "due_on"), /Chọn ngày hẹn trả mới/);
	await box(page, "Ngày hẹn trả").fill("2020-02-05");
	assert.match(await told(page, "due_on"), /đã qua/);
	await box(page, "Ngày hẹn trả").fill("2099-02-05");
	await box(page, "Ghi chú").fill("Chờ xác minh");
	await context.setOffline(true);
	const from = posted.length;
	await page.keyboard.press("Control+Enter");
	await page.getByText("Không có mạng. Bước này tự gửi").waitFor();
	assert.equal((await read(page, "waiting")).length, 1, "it is on the disk");
	assert.equal(await page.getByRole("button", { name: "Hẹn lại ngày trả", exact: true }).count(), 0, "what waits is not asked for again");
	await lookAll(page, "officer-offline");
	await page.getByRole("link", { name: "Chưa gửi", exact: true }).click();
	await page.getByRole("cell", { name: items.code }).waitFor();
	await lookAll(page, "officer-unsent");
	await context.setOffline(false);
	await allSent(page, 4);
	assert.equal(new Set(posted.slice(from).map(({ event_id }) => event_id)).size, 1);
	await page.goto(`${url}#/dossier/${items.code}`);
	await page.locator("dd", { hasText: "05/02/2099" }).waitFor();
}

async function takeBack(page) {
	await step(page, "Hủy bước vừa ghi: Hẹn lại ngày trả kết quả");
	await page.keyboard.press("Control+Enter");
	assert.match(await told(page, "void_reason"), /Chọn vì sao/);
	await box(page, "Vì sao hủy").selectOption("incorrect_data");
	await lookAll(page, "officer-void");
	await box(page, "Vì sao hủy").press("Control+Enter");
	await recorded(page, "Hủy bước vừa ghi");
	await page.getByRole("row", { name: /Hẹn lại ngày trả kết quả.*đã hủy/ }).waitFor();
	await page.locator("dd", { hasText: "05/01/2099" }).waitFor();
	await page.getByRole("button", { name: "Hẹn lại ngày trả", exact: true }).waitFor();
}

async function announce(page) {
	await step(page, "Báo có kết quả");
	await page.keyboard.type("Trích lục");
	await box(page, "Số văn bản").fill("88");
	await box(page, "Tiền người dân còn phải nộp").fill("mười lăm");
	await page.keyboard.press("Enter");
	assert.match(await told(page, "collect"), /Gõ một số tiền/);
	await box(page, "Tiền người dân còn phải nộp").fill("15.000");
	await box(page, "Giấy tờ phải thu hồi").fill("Giấy hẹn");
	await lookAll(page, "officer-result");
	await box(page, "Giấy tờ phải thu hồi").press("Control+Enter");
	await recorded(page, "Báo có kết quả");
	await page.getByText("cơ quan không còn việc phải ghi").waitFor();
	await lookAll(page, "officer-result-ready");
}

async function refused(page, elsewhere) {
	await page.goto(`${url}#/dossier/${items.raced_code}`);
	await page.getByRole("button", { name: "Từ chối tiếp nhận" }).waitFor();
	await declineElsewhere(page, elsewhere);
	await step(page, "Rút hồ sơ");
	await box(page, "Ghi chú").fill("Người dân xin rút");
	await page.keyboard.press("Control+Enter");
	await page.getByText("Máy chủ không nhận: Hồ sơ đã bị từ chối").waitFor();
	await page.locator("dd", { hasText: "Không được tiếp nhận" }).waitFor(); // … and what the dossier has become
	assert.equal(await box(page, "Ghi chú").inputValue(), "Người dân xin rút", "what was typed is still there");
	await lookAll(page, "officer-refused");
	await step(page, "Thôi, không ghi");
	await page.locator(".badge:not(.waits)").waitFor();
	assert.equal((await read(page, "waiting")).length, 0, "who has read the refusal is rid of it");
	await page.reload();
	await page.getByText("“Không được tiếp nhận”: cơ quan không còn việc").waitFor();
}

async function announceUnseen(page) {
	await page.getByRole("link", { name: "Tra cứu", exact: true }).click();
	await page.getByRole("link", { name: "Báo kết quả của hồ sơ chưa qua bưu điện" }).press("Enter");
	await page.getByRole("heading", { name: "Báo kết quả của hồ sơ chưa qua bưu điện" }).waitFor();
	await page.keyboard.press("Control+Enter");
	await page.getByText("Còn 4 chỗ cần sửa").waitFor();
	await box(page, "Mã hồ sơ").fill(items.unseen);
	await box(page, "Thủ tục (mã").fill("9.999999");
	await box(page, "Họ tên người nhận").fill("Lê Thị Hoa");
	await box(page, "Điện thoại người nhận").fill("12");
	assert.match(await told(page, "receiver_phone"), /9 đến 11 chữ số/);
	await box(page, "Điện thoại người nhận").fill("0912 345 678");
	await box(page, "Địa chỉ trả kết quả").fill("3 Trần Phú");
	await box(page, "Loại kết quả").fill("Giấy phép");
	await page.keyboard.press("Control+Enter");
	await page.locator("#f-procedure-wrong").filter({ hasText: "Máy chủ không nhận" }).waitFor();
	assert.equal(await page.evaluate(() => document.activeElement.id), "f-procedure", "at the box that it is about");
	await lookAll(page, "officer-unseen");
	await box(page, "Thủ tục (mã").fill(items.procedure);
	await box(page, "Thủ tục (mã").press("Control+Enter");
	await recorded(page, "Báo có kết quả");
	await lookAll(page, "officer-unseen-done");
	await page.getByRole("link", { name: "Mở hồ sơ này" }).press("Enter");
	await page.getByRole("heading", { name: items.unseen }).waitFor();
}

test("an officer's steps, from the code to the result", limit, async () => {
	const context = await device();
	const page = await signIn(context, "officer", "Bàn giao chờ ký");
	const posted = [];
	page.on("request", (request) => /\/(steps|scans)$/.test(request.url()) && posted.push({ ...[request.postDataJSON()].flat()[0], clock: request.headers()["hoso-device-time"] }));
	await owes(page);
	await bind(page);
	await step(page, "Tiếp nhận, hẹn trả");
	await box(page, "Ghi chú").fill("Đã vào sổ số 12");
	await page.keyboard.press("Control+Enter");
	await recorded(page, "Tiếp nhận, hẹn trả");
	await askSupplement(page, posted);
	await changeDueOffline(page, context, posted);
	await takeBack(page);
	await announce(page);
	const elsewhere = items.elsewhere ?? posted[0].event_id.replace(/.{4}$/, "0abc");
	await refused(page, elsewhere);
	await announceUnseen(page);
	const answered = await read(page, "answered");
	appendFileSync(confirmed, JSON.stringify({ answered: answered.map(({ event_id, code, kind, verdict }) => ({ event_id, code, kind, verdict })), elsewhere, today: today() }));
});

test("a supervisor asks again and says why, takes back what another said, closes", limit, async () => {
	const page = await signIn(await device(), "chief");
	await page.goto(`${url}#/dossier/${encodeURIComponent(items.chief_code)}`);
	await page.getByText("“Yêu cầu bổ sung” đã ghi một lần. Ghi lần nữa phải có lý do").waitFor();
	await lookAll(page, "chief-steps");
	await step(page, "Yêu cầu bổ sung");
	await box(page, "Nội dung").fill("Thiếu giấy ủy quyền");
	await page.keyboard.press("Control+Enter");
	assert.match(await told(page, "note"), /Ghi lý do/);
	await lookAll(page, "chief-again");
	await box(page, "Ghi chú").fill("Cơ quan đề nghị bằng công văn 12");
	await page.keyboard.press("Control+Enter");
	await recorded(page, "Yêu cầu bổ sung");
	const which = page.getByLabel("Bước đã ghi");
	const newest = which.locator("option").nth(1);
	await newest.filter({ hasText: "Người chief" }).waitFor({ state: "attached" });
	assert.match(await newest.innerText(), /Cơ quan yêu cầu bổ sung/);
	await which.selectOption(await newest.getAttribute("value"));
	await step(page, "Hủy một bước");
	await page.getByText("trạng thái tính lại").waitFor();
	await box(page, "Vì sao hủy").selectOption("did_not_occur");
	await page.keyboard.press("Control+Enter");
	await recorded(page, "Hủy một bước");
	await step(page, "Rút hồ sơ");
	await box(page, "Số phiếu gửi").press("Control+Enter");
	assert.match(await told(page, "slip"), /phiếu gửi/);
	await box(page, "Số phiếu gửi").fill("PG-7");
	await page.keyboard.press("Control+Enter");
	await recorded(page, "Rút hồ sơ");
	await step(page, "Đóng hồ sơ");
	await page.getByText("mọi bưu gửi đã phát hoặc đã hoàn").waitFor();
	await lookAll(page, "chief-close");
	await box(page, "Ghi chú").press("Control+Enter");
	await recorded(page, "Đóng hồ sơ");
	await page.getByText("không còn bước nào ghi được").waitFor();
	assert.equal(await page.getByRole("button", { name: "Rút hồ sơ" }).count(), 0);
	await lookAll(page, "chief-closed");
	await page.locator(".badge:not(.waits)").waitFor();
});
