// A dossier taken in on the page, in Debian's Chromium against a real hosod: by keys and a scanner alone, without a network,
// with the browser killed half way, pressed twice. What the form was given is held against the database by the caller.
import assert from "node:assert/strict";
import { join } from "node:path";
import test from "node:test";
import { allSent, confirm, device, items, limit, look, open, pidOf, profile, read, Scanner, screens, signIn, url } from "./page.mjs";

const NUMBER = "079123450123";
const CARD = `${NUMBER}|271234567|Nguyễn Văn An|15021990|Nam|12 Lê Lợi, Đồng Hới|10052021`;
const OTHER_NUMBER = "044199998877";
const OTHER_CARD = `${OTHER_NUMBER}||Lê Thị Bảy|01011985|Nữ|3 Hùng Vương|02082024|Lê Văn Cha|Trần Thị Mẹ`;
const HAND = { delay: 70 }; // slower than a scanner
const PHONE = { width: 360, height: 740 };

async function openForm(page, first = "Nhận hồ sơ tại quầy") {
	await page.goto(`${url}#/intake`);
	await page.evaluate(() => navigator.serviceWorker.ready);
	await page.getByRole("heading", { name: first }).waitFor();
	await page.waitForFunction(() => document.querySelector("#f-procedure[role=combobox]")); // the catalogue is here
}

/* Everything under a name in the page's own cupboard. */
async function kept(page, prefix) {
	return page.evaluate((begin) => new Promise((resolve) => {
		const opening = indexedDB.open("hoso");
		opening.onsuccess = () => {
			const all = opening.result.transaction("kept").objectStore("kept").getAll(IDBKeyRange.bound(begin, `${begin}\uffff`));
			all.onsuccess = () => { opening.result.close(); resolve(all.result); };
		};
	}), prefix);
}

async function until(page, ask, what) {
	const end = Date.now() + 20_000;
	for (;;) {
		const found = await ask();
		if (found) {
			return found;
		}
		assert.ok(Date.now() < end, `never came: ${what}`);
		await page.waitForTimeout(50);
	}
}

const draftWith = (page, word) => until(page, async () => (await kept(page, "draft/")).find((draft) => JSON.stringify(draft).includes(word)), `a draft with ${word}`);

/* No card's number stays on the device, nor is it shown. */
async function noNumber(page) {
	const disk = JSON.stringify([await read(page, "waiting"), await read(page, "answered"), await kept(page, "")]);
	for (const number of [NUMBER, OTHER_NUMBER, "271234567"]) {
		assert.ok(!disk.includes(number), `${number} is on the disk`);
		assert.ok(!(await page.locator("body").innerText()).includes(number), `${number} is on the screen`);
	}
}

const focused = (page) => page.evaluate(() => document.activeElement?.id || document.activeElement?.textContent || document.activeElement?.tagName);

/* By keys alone: what is typed into each box that Enter comes to; each box by its id, so that none is passed by. */
async function type(page, answers) {
	for (const [box, text] of answers) {
		assert.equal(await focused(page), box);
		if (text.startsWith("+")) {
			await page.keyboard.press(text.slice(1)); // a key, not a text
		} else if (text) {
			await page.keyboard.type(text, HAND);
		}
		await page.keyboard.press("Enter");
	}
}

async function fill(page, { item, procedure = "thuong tru", agency = "phuong mot" }) {
	await page.locator("#f-code").fill(item);
	await page.locator("#f-procedure").fill(procedure);
	await page.keyboard.press("Enter");
	await page.locator("#f-agency").fill(agency);
	await page.keyboard.press("Enter");
	await page.locator("#f-citizen-name").fill("Trần Thị Bình");
	await page.locator("#f-citizen-phone").fill("0912 345 678");
	await page.locator("#f-citizen-address").fill("1 Trần Phú");
}

async function money(page) {
	await page.locator("#f-receipt").fill(`BL-${await page.locator("#f-code").inputValue()}`); // a receipt is used once
	await page.locator("#f-grams").fill("80");
}

test("a whole dossier by keyboard, label and card by the wedge, its slip with the look-up token", limit, async () => {
	const context = await device();
	const page = await signIn(context, "clerk");
	await openForm(page);
	const scanner = await Scanner.of(page);
	assert.equal(await focused(page), "f-code");
	await look(page, "intake-empty-1366-vi");
	await page.getByRole("button", { name: "Đăng xuất" }).focus(); // a scanner must press nothing
	await scanner.scan(items.keyboard);
	await scanner.scan(CARD);
	await page.getByText("Đã đọc thẻ của Nguyễn Văn An (…0123)").waitFor();
	assert.ok(await page.getByRole("button", { name: "Đăng xuất" }).isVisible());
	await page.locator("#f-code").focus();
	await type(page, [["f-code", ""]]);
	await page.keyboard.type("thuong tru", HAND);
	await page.getByRole("option").first().waitFor();
	await page.screenshot({ path: join(screens, "intake-choosing-1366-vi.png") });
	await type(page, [["f-procedure", ""], ["f-agency", "phuong mot"]]);
	await page.getByText("Lệ phí đăng ký cư trú: 15.000 đ").waitFor();
	await page.keyboard.press("ArrowDown");
	await type(page, [["f-service-2", "+ArrowDown"]]); // send, receive, both
	await type(page, [["f-citizen-name", ""], ["f-citizen-phone", "0912 345 678"], ["f-citizen-address", ""], ["f-idKind", ""], ["f-idLast4", ""], ["f-hasReceiver", ""], ["f-hasSubmitter", "+Space"]]);
	assert.equal(await focused(page), "f-submitter-name");
	await scanner.scan(OTHER_CARD);
	await type(page, [["f-submitter-name", ""], ["f-submitter-phone", ""], ["f-submitter-address", ""], ["f-authorisation", "UQ-3, 01/11/2026"]]);
	await page.keyboard.press("ArrowDown");
	assert.equal(await focused(page), "f-papers-1-original");
	await page.keyboard.press("ArrowRight");
	await page.keyboard.type("0"); // one of the required ones is missing
	await page.getByText("Chứng thực tại UBND cấp xã.").waitFor();
	await page.keyboard.press("Enter");
	await type(page, [["f-wish", "Gửi trước, bổ sung sau"], ["f-fee", ""], ["f-receipt", "BL-0009"], ["f-grams", "250"], ["f-concession", "+ArrowDown"]]);
	await page.getByText("nội huyện, tới 500 g: 30.550 đ, giảm 50% còn 15.200 đ").waitFor();
	await look(page, "intake-full-1366-vi");
	await type(page, [["f-postage", ""], ["f-payment", ""], ["f-seal", "NP-77"]]);
	await page.keyboard.type("Gọi trước khi phát", HAND);
	await scanner.scan(items.keyboard); // over a box with words in it, and nothing of it stays there
	await page.getByText("Đã nhận nhãn").waitFor();
	assert.equal(await page.locator("#f-note").inputValue(), "Gọi trước khi phát");
	await type(page, [["f-note", ""]]);
	assert.equal(await focused(page), "Ghi nhận (Ctrl+Enter)");
	await page.keyboard.press("Enter");
	await page.getByText("Phiếu có mã tra cứu.").waitFor({ timeout: 20_000 });
	assert.equal(await focused(page), "In phiếu");
	await look(page, "intake-slip-1366-vi");
	await noNumber(page);
	const [line] = await read(page, "answered");
	assert.ok((await page.locator(".slip").innerText()).includes(line.slip_token));
	await page.pdf({ path: join(screens, "slip.pdf"), preferCSSPageSize: true });
	confirm([line]);
	assert.deepEqual(await kept(page, "draft/"), []);
	await scanner.scan(items.refusals[0]); // the next dossier begins with its label
	await page.waitForFunction((code) => document.querySelector("#f-code")?.value === code, items.refusals[0]);
	await context.close();
});

test("the browser is killed half way: the draft comes back, is sent by nobody, and is one acceptance when it is", limit, async () => {
	const folder = profile();
	let context = await open(folder);
	let page = await signIn(context, "clerk");
	await openForm(page);
	let scanner = await Scanner.of(page);
	await scanner.scan(items.draft);
	await page.locator("#f-procedure").fill("thuong tru");
	await page.keyboard.press("Enter");
	await scanner.scan(CARD);
	await page.locator("#f-seal").fill("NP-1");
	await draftWith(page, "NP-1");
	await page.locator("#f-citizen-name").fill(`${NUMBER}|27`); // half a card, by a scanner that is slow
	await until(page, async () => !JSON.stringify(await kept(page, "draft/")).includes("Nguyễn Văn An"), "the draft of now");
	assert.ok(!JSON.stringify(await kept(page, "draft/")).includes(NUMBER), "the card's number is in the draft");
	await page.locator("#f-citizen-name").fill("Nguyễn Văn An");
	await page.locator("#f-citizen-phone").fill("0912");
	await page.locator("#f-papers-0-copy").fill("3");
	await draftWith(page, '"copy":"3"');
	const closed = new Promise((resolve) => context.once("close", resolve));
	process.kill(pidOf(folder), "SIGKILL");
	await closed;
	context = await open(folder);
	page = context.pages()[0] ?? (await context.newPage());
	await page.goto(`${url}#/intake`);
	await page.getByText("Hồ sơ này CHƯA được ghi").waitFor();
	assert.equal(await page.locator("#f-code").inputValue(), items.draft);
	assert.equal(await page.locator("#f-citizen-phone").inputValue(), "0912");
	await page.waitForFunction(() => document.querySelector("#f-papers-0-copy")?.value === "3"); // the published list does not come over it
	await page.waitForLoadState("networkidle");
	assert.equal(await page.locator("#f-papers-0-copy").inputValue(), "3");
	await look(page, "intake-restored-1366-vi");
	assert.deepEqual([await read(page, "waiting"), await read(page, "answered")], [[], []], "a draft was sent by itself");
	const second = await context.newPage(); // another tab is another dossier
	await openForm(second);
	assert.equal(await second.locator("#f-code").inputValue(), "");
	await second.close();
	await page.bringToFront();
	await page.locator("#f-agency").fill("phuong mot");
	await page.keyboard.press("Enter");
	await page.locator("#f-citizen-phone").fill("0912345678");
	await money(page);
	await page.keyboard.press("Control+Enter");
	await page.getByText("Phiếu có mã tra cứu.").waitFor({ timeout: 20_000 });
	await allSent(page, 1);
	confirm(await read(page, "answered"));
	await page.reload();
	await page.locator("#f-code").waitFor();
	assert.equal(await page.locator("#f-code").inputValue(), "", "what was recorded came back as a draft");
	await context.close();
});

test("without a network: by what is kept of the catalogue, sent later, the slip printed after", limit, async () => {
	const context = await device();
	const page = await signIn(context, "clerk");
	await openForm(page);
	await page.locator("#f-procedure").fill("1.004222"); // known from here on
	await page.keyboard.press("Enter");
	await page.getByText("Lệ phí đăng ký cư trú").waitFor();
	await context.setOffline(true);
	await page.reload();
	await page.locator("#f-procedure[role=combobox]").waitFor();
	await fill(page, { item: items.offline });
	await money(page);
	await page.getByText("nội huyện, tới 100 g: 26.500 đ").waitFor();
	await page.keyboard.press("Control+Enter");
	await page.getByText("Chưa có mã tra cứu vì máy chủ chưa trả lời").waitFor();
	assert.match(await page.locator(".slip").innerText(), /Chưa có mã tra cứu: phiếu này in khi máy chủ chưa trả lời/);
	await page.getByText("chưa gửi: 1").waitFor();
	await look(page, "intake-slip-offline-1366-vi");
	await page.getByRole("button", { name: "Hồ sơ tiếp theo" }).press("Enter");
	await fill(page, { item: items.unlisted, procedure: "xay dung" }); // its papers and fees were never asked for
	await page.getByText("Máy này chưa có giấy tờ, phí và cước").waitFor();
	await page.getByRole("radio", { name: "Gửi hồ sơ", exact: true }).press("Space");
	await page.locator("#f-postage").fill("26.500");
	await look(page, "intake-unlisted-1366-vi");
	await page.keyboard.press("Control+Enter");
	await page.getByText("chưa gửi: 2").waitFor();
	await context.setOffline(false);
	await allSent(page, 2);
	await page.getByRole("button", { name: "Hồ sơ tiếp theo" }).press("Enter");
	const spaced = items.offline.replace(/^(..)(...)(...)(...)(..)$/, "$1 $2 $3 $4 $5");
	await page.getByRole("button", { name: `Xem phiếu ${spaced}` }).press("Enter");
	await page.getByText("Phiếu có mã tra cứu.").waitFor();
	const answered = await read(page, "answered");
	assert.ok((await page.locator(".slip").innerText()).includes(answered[0].slip_token));
	confirm(answered);
	await context.close();
});

test("pressed twice, in whatever way: one acceptance", limit, async () => {
	const context = await device();
	const page = await signIn(context, "clerk");
	await openForm(page);
	for (const [i, press] of [
		async () => page.evaluate(() => { const form = document.querySelector("form.intake"); form.requestSubmit(); form.requestSubmit(); }),
		async () => page.getByRole("button", { name: "Ghi nhận" }).dblclick(),
		async () => { await page.keyboard.press("Control+Enter"); await page.keyboard.press("Control+Enter"); },
	].entries()) {
		await fill(page, { item: items.twice[i] });
		await page.getByText("Lệ phí đăng ký cư trú").waitFor();
		await money(page);
		await press();
		await page.getByText("Phiếu có mã tra cứu.").waitFor({ timeout: 20_000 });
		await page.getByRole("button", { name: "Hồ sơ tiếp theo" }).press("Enter");
		await page.waitForFunction(() => document.querySelector("#f-code")?.value === "");
	}
	await allSent(page, 3);
	confirm(await read(page, "answered"));
	await context.close();
});

test("a full disk, or a form that was recorded before: nothing is added, and it is said", limit, async () => {
	const context = await device();
	const page = await signIn(context, "clerk2");
	await openForm(page);
	await fill(page, { item: items.full });
	await page.getByText("Lệ phí đăng ký cư trú").waitFor();
	await money(page);
	await page.evaluate(() => {
		const add = IDBObjectStore.prototype.add;
		IDBObjectStore.prototype.add = function refuse() { IDBObjectStore.prototype.add = add; throw new DOMException("full", "QuotaExceededError"); };
	});
	await page.keyboard.press("Control+Enter");
	await page.getByText("lượt quét CHƯA được ghi").waitFor();
	assert.equal(await page.locator("#f-code").inputValue(), items.full, "the form is gone, and nothing was kept");
	assert.deepEqual(await read(page, "waiting"), []);
	await page.keyboard.press("Control+Enter");
	await page.getByText("Phiếu có mã tra cứu.").waitFor({ timeout: 20_000 });
	confirm(await read(page, "answered"));
	await context.close();
});

test("what is refused is said at its box: by the page at once, by the server afterwards", limit, async () => {
	const context = await device();
	const page = await signIn(context, "clerk");
	await openForm(page);
	await page.keyboard.press("Control+Enter");
	await page.getByText("Chưa ghi. Còn 5 chỗ cần sửa").waitFor();
	assert.equal(await focused(page), "f-code");
	for (const [box, words] of [["code", "Quét nhãn"], ["procedure", "Chọn thủ tục"], ["agency", "Chọn cơ quan"], ["service", "Chọn hình thức"], ["citizen-name", "Quét thẻ căn cước"]]) {
		assert.match(await page.locator(`#f-${box}-wrong`).innerText(), new RegExp(words));
		assert.ok((await page.locator(`#f-${box}`).getAttribute("aria-describedby")).includes(`f-${box}-wrong`), box);
	}
	await look(page, "intake-wrong-1366-vi");
	await fill(page, { item: "RR123456784VN", procedure: "giay phep xay dung" });
	assert.match(await page.locator("#f-code-wrong").innerText(), /Sai số kiểm tra/);
	assert.ok(await page.getByRole("radio", { name: "Nhận kết quả (không qua bưu chính)", exact: true }).isDisabled());
	await page.locator("#f-procedure").fill("truc tiep");
	await page.keyboard.press("Enter");
	assert.match(await page.locator("#f-procedure-wrong").innerText(), /không nhận qua bưu chính/);
	await page.locator("#f-procedure").fill("thuong tru");
	await page.keyboard.press("Enter");
	await page.getByText("Lệ phí đăng ký cư trú").waitFor();
	await page.locator("#f-code").fill(items.refusals[0]);
	await page.locator("#f-citizen-name").fill(NUMBER);
	await page.locator("#f-citizen-phone").fill("12345");
	await page.locator("#f-idLast4").fill("01234");
	await page.locator("#f-hasSubmitter").press("Space");
	await page.locator("#f-papers-0-copy").fill("x");
	await page.locator("#f-grams").fill("99999");
	await page.keyboard.press("Control+Enter");
	for (const [box, words] of [["citizen-name", "không phải họ tên"], ["citizen-phone", "9 đến 11 chữ số"], ["idLast4", "không ghi cả số"], ["submitter-name", "người nộp thay"],
		["authorisation", "giấy ủy quyền"], ["papers-0-copy", "từ 0 đến 999"], ["receipt", "phải có biên lai"], ["grams", "Số gam"]]) {
		assert.match(await page.locator(`#f-${box}-wrong`).innerText(), new RegExp(words));
	}
	assert.deepEqual([await read(page, "waiting"), await read(page, "answered")], [[], []], "a wrong form was recorded");
	await page.locator("#f-citizen-name").fill("Trần Thị Bình");
	await page.locator("#f-citizen-phone").fill("");
	await page.locator("#f-idLast4").fill("");
	await page.locator("#f-hasSubmitter").press("Space");
	await page.locator("#f-papers-0-copy").fill("0");
	await money(page);
	await page.locator("#f-code").fill(items.dossier); // a dossier's code instead of the label: only the server knows their shapes
	await page.keyboard.press("Control+Enter");
	await page.getByText("Hãy sửa theo lời máy chủ").waitFor({ timeout: 20_000 });
	await look(page, "intake-refused-1366-vi");
	assert.equal((await read(page, "waiting"))[0].state, "failed");
	await page.getByRole("button", { name: "Sửa và ghi lại" }).press("Enter");
	assert.match(await page.locator("#f-code-wrong").innerText(), /Máy chủ không nhận/);
	await (await Scanner.of(page)).scan(items.refusals[0]);
	await page.keyboard.press("Control+Enter");
	await page.getByText("Phiếu có mã tra cứu.").waitFor({ timeout: 20_000 });
	await allSent(page, 1); // the refused one was taken off with it
	confirm(await read(page, "answered"));
	await context.close();
});

test("a concession that the server no longer knows: its verdict is said at the box, and the next one is taken", limit, async () => {
	const context = await device();
	const page = await signIn(context, "clerk");
	await openForm(page);
	await page.locator("#f-procedure").fill("1.004222");
	await page.keyboard.press("Enter");
	await draftWith(page, '"fee":"15000"');
	await page.evaluate(() => new Promise((resolve) => { // a device that was last asked a year ago
		const opening = indexedDB.open("hoso");
		opening.onsuccess = () => {
			const store = opening.result.transaction("kept", "readwrite").objectStore("kept");
			store.get("procedure/KT1/1.004222").onsuccess = (event) => {
				const old = event.target.result;
				old.body.concessions.push({ code: "XUA", name: "Diện cũ", percent: 30 });
				store.put(old, "procedure/KT1/1.004222").onsuccess = () => { opening.result.close(); resolve(); };
			};
		};
	}));
	await page.reload();
	await page.getByRole("button", { name: "Bỏ bản nháp" }).press("Enter");
	await page.locator("#f-procedure[role=combobox]").waitFor();
	await fill(page, { item: items.refusals[1] });
	await page.getByText("Lệ phí đăng ký cư trú").waitFor();
	await money(page);
	await page.locator("#f-concession").selectOption("XUA");
	await page.keyboard.press("Control+Enter");
	await page.getByText("Hãy sửa theo lời máy chủ").waitFor({ timeout: 20_000 });
	await page.getByRole("button", { name: "Sửa và ghi lại" }).press("Enter");
	await page.locator("#f-concession-wrong").waitFor();
	assert.match(await page.locator("#f-concession-wrong").innerText(), /Máy chủ không nhận.*diện giảm cước/i);
	await page.locator("#f-concession").selectOption("HN");
	await page.keyboard.press("Control+Enter");
	await page.getByText("Phiếu có mã tra cứu.").waitFor({ timeout: 20_000 });
	await allSent(page, 2);
	confirm(await read(page, "answered"));
	await context.close();
});

test("at the door: the camera reads the label, one thumb does the rest, without a network", limit, async () => {
	const context = await open(profile(), PHONE, ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream",
		`--use-file-for-fake-video-capture=${process.env.HOSO_CAMERA}`]);
	const page = await signIn(context, "courier", "Bưu tá");
	await openForm(page, "Nhận hồ sơ tại nhà");
	await look(page, "intake-door-360-vi");
	await page.getByRole("button", { name: "Quét bằng máy ảnh" }).tap().catch(() => page.getByRole("button", { name: "Quét bằng máy ảnh" }).click());
	await page.waitForFunction((code) => document.querySelector("#f-code")?.value === code, items.door, { timeout: 60_000 });
	await fill(page, { item: items.door });
	await page.getByText("Lệ phí đăng ký cư trú").waitFor();
	await context.setOffline(true);
	await money(page);
	await look(page, "intake-door-full-360-vi");
	assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "wider than the phone");
	await page.getByRole("button", { name: "Ghi nhận" }).click();
	await page.getByText("Chưa có mã tra cứu vì").waitFor();
	await look(page, "intake-door-slip-360-vi");
	assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "the slip is wider than the phone");
	await context.setOffline(false);
	await page.getByText("Phiếu có mã tra cứu.").waitFor({ timeout: 60_000 });
	await allSent(page, 1);
	confirm(await read(page, "answered"));
	await context.close();
});

for (const [size, width, height] of [["1366", 1366, 768], ["360", 360, 740]]) {
	test(`the form in English, ${size} wide`, limit, async () => {
		const context = await device({ width, height });
		const page = await signIn(context, "clerk");
		await openForm(page);
		await page.getByRole("button", { name: "English" }).click();
		await page.keyboard.press("Control+Enter");
		await page.locator("#f-code").focus();
		await page.keyboard.press("Control+Enter");
		await page.getByText("Scan the item's label").waitFor();
		await page.locator("#f-procedure").fill("c");
		await page.getByRole("option").first().waitFor();
		await look(page, `intake-choosing-${size}-en`);
		await fill(page, { item: items.refusals[0] });
		await page.locator("#f-hasSubmitter").press("Space");
		await page.locator("#f-papers-0-original").fill("0");
		await page.getByText("Papers are missing").waitFor();
		await look(page, `intake-full-${size}-en`);
		assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "wider than the screen");
		await context.close();
	});
}
