// The page in Debian's Chromium against a real hosod. What was confirmed is written to HOSO_CONFIRMED, one JSON line per
// scan that the screen showed as kept; the caller compares it with the database.
import assert from "node:assert/strict";
import { join } from "node:path";
import test from "node:test";
import { allSent, confirm, device, items, limit, look, open, password, profile, read, Scanner, screens, signIn, url } from "./page.mjs";

test("a scanner at the counter: every scan stored, in order, whatever has the focus", limit, async () => {
	const context = await device();
	const page = await signIn(context, "clerk");
	const scanner = await Scanner.of(page);
	const codes = items.counter;
	const began = performance.now();
	for (const [i, code] of codes.entries()) {
		if (i % 50 === 10) { // a scanner's Enter must not press this
			await page.getByRole("button", { name: "Đăng xuất" }).focus();
		} else if (i % 50 === 30) {
			await page.getByLabel("Gõ số hiệu").focus();
		}
		await scanner.scan(code);
	}
	console.log(`${codes.length} scans typed in ${Math.round(performance.now() - began)} ms`);
	await page.getByText(`Vừa quét ${Math.min(codes.length, 200)}`).waitFor({ timeout: 60_000 });
	await allSent(page, Math.min(codes.length, 500));
	const answered = await read(page, "answered");
	confirm(answered);
	assert.deepEqual(answered.map(({ code }) => code), codes.slice(-answered.length));
	assert.deepEqual([...new Set(answered.map(({ verdict }) => verdict))], ["recorded"]);
	await look(page, "scan-1366-vi");
	await scanner.scan(codes[0]);
	await page.getByText(/đã ghi lúc/).first().waitFor({ timeout: 20_000 }); // a duplicate says who and when
	confirm((await read(page, "answered")).slice(-1));
	await page.screenshot({ path: join(screens, "duplicate-1366-vi.png") });
	await scanner.scan("RR123456784VN");
	await page.getByText(/Không đọc được/).waitFor();
	await context.close();
});

test("a session that has ended loses nothing, and signing out is refused while something is unsent", limit, async () => {
	const context = await device();
	const page = await signIn(context, "clerk2");
	const [{ token }] = (await read(page, "kept")).filter((value) => value?.token);
	await page.evaluate(async (old) => { await fetch("/v1/session", { method: "DELETE", headers: { Authorization: `Bearer ${old}` } }); }, token);
	const scanner = await Scanner.of(page);
	await scanner.scan(items.expired[0]);
	await page.getByText("Phiên làm việc đã hết").waitFor({ timeout: 20_000 });
	await page.getByRole("button", { name: "Đăng xuất" }).click();
	await page.getByText(/Còn 1 lượt quét chưa gửi/).waitFor();
	await look(page, "expired-1366-vi");
	await page.getByLabel("Mật khẩu").fill(password);
	await page.getByRole("button", { name: "Đăng nhập" }).click();
	await allSent(page, 1);
	confirm(await read(page, "answered"));
	await context.close();
});

test("two tabs send each scan once", limit, async () => {
	const context = await device();
	const first = await signIn(context, "clerk");
	const second = await context.newPage();
	await second.goto(url);
	await second.getByRole("heading", { name: "Phiên quét" }).waitFor();
	for (const [i, code] of items.tabs.entries()) {
		const page = i % 2 ? first : second;
		await page.bringToFront();
		await (await Scanner.of(page)).scan(code);
	}
	await allSent(first, items.tabs.length);
	confirm(await read(first, "answered"));
	await context.close();
});

const PHONE = { width: 360, height: 740 };

test("a courier at the door: camera, delivery, a failed visit, undo", limit, async () => {
	const context = await open(profile(), PHONE, ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream",
		`--use-file-for-fake-video-capture=${process.env.HOSO_CAMERA}`]);
	const page = await signIn(context, "courier", "Bưu tá");
	const [filmed, failed, typed] = items.door;
	await page.evaluate(() => navigator.serviceWorker.ready);
	await look(page, "courier-360-vi");
	await page.getByRole("button", { name: "Quét bằng máy ảnh" }).click();
	await page.getByRole("button", { name: "Phát thành công" }).waitFor({ timeout: 60_000 });
	const shown = (await page.locator("h2.code").innerText()).replace(/ /g, "");
	assert.equal(shown, filmed);
	await page.getByText("Lê Người Mới · 9 Trần Phú").waitFor(); // to whom it goes since it was redirected
	await look(page, "courier-item-360-vi");
	await page.getByRole("button", { name: "Phát thành công" }).click();
	await page.getByLabel("Người nhận").fill("Nguyễn Văn An");
	await page.getByLabel("4 ký tự cuối").fill("0123");
	await page.getByLabel("Thu hồi: Thẻ cũ").selectOption("taken");
	await look(page, "courier-delivery-360-vi");
	await page.getByRole("button", { name: "Hoàn tất" }).click();
	await page.getByRole("button", { name: "Hoàn tác" }).waitFor();
	await page.locator(".badge:not(.waits)").waitFor(); // on a slow machine the network would go before it is sent
	await context.setOffline(true);
	const scanner = await Scanner.of(page);
	await scanner.scan(failed);
	await page.getByRole("button", { name: "Phát không thành công" }).click();
	await look(page, "courier-why-360-vi");
	await page.getByRole("button", { name: "Vắng nhà" }).click(); // the second tap, and it is done
	await page.getByText("chưa gửi: 1").waitFor();
	await page.getByText("Bưu gửi vẫn ở với bạn").waitFor(); // what comes next is the server's to say
	await page.getByRole("button", { name: "Hoàn tác" }).click();
	await page.getByText("chưa gửi: 2").waitFor();
	await page.getByLabel("Gõ số hiệu").fill(typed.toLowerCase());
	await page.keyboard.press("Enter");
	await page.getByText("Chưa hỏi được máy chủ").waitFor(); // and it can be recorded all the same
	await page.getByRole("button", { name: "Giao bưu tá đi phát" }).click();
	await page.getByText("chưa gửi: 3").waitFor();
	await context.setOffline(false);
	await allSent(page, 4);
	const answered = await read(page, "answered");
	confirm(answered);
	assert.deepEqual(answered.map(({ code, kind, verdict }) => [code, kind, verdict]), [[filmed, "delivered", "recorded"],
		[failed, "delivery_failed", "recorded"], [failed, "void", "recorded"], [typed, "out_for_delivery", "recorded"]]);
	await scanner.scan(typed);
	await page.getByRole("button", { name: "Phát không thành công" }).click();
	await page.getByRole("button", { name: "Vắng nhà" }).click();
	await page.getByText(/Việc tiếp theo: phát lại/).waitFor({ timeout: 20_000 });
	await look(page, "courier-next-360-vi");
	await allSent(page, 5);
	confirm((await read(page, "answered")).slice(-1));
	await context.close();
});

/* A phone whose browser reads codes by itself, which Chromium on a PC does not: what it reads, frame by frame. */
async function readsByItself(context, formats, frames) {
	await context.addInitScript(([known, texts]) => {
		globalThis.BarcodeDetector = class {
			static getSupportedFormats = async () => known;
			detect = async () => (texts.length > 1 ? texts.shift() : texts[0]).map((rawValue) => ({ rawValue }));
		};
	}, [formats, frames]);
}

const decoders = (page) => page.evaluate(() => performance.getEntriesByType("resource").filter(({ name }) => /decoder/.test(name)).length);

test("a phone's own reader: one frame is not believed, two are; where it does not know our codes, ours reads", limit, async () => {
	const [filmed, lie] = items.door;
	const camera = ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream", `--use-file-for-fake-video-capture=${process.env.HOSO_CAMERA}`];
	for (const [formats, frames, ours] of [[["code_128", "qr_code", "ean_13"], [[], [lie], ["no code"], [filmed], [filmed]], 0],
		[["qr_code"], [[lie]], 1]]) {
		const context = await open(profile(), PHONE, camera);
		await readsByItself(context, formats, frames);
		const page = await signIn(context, "courier", "Bưu tá");
		await page.getByRole("button", { name: "Quét bằng máy ảnh" }).click();
		await page.getByRole("button", { name: "Phát thành công" }).waitFor({ timeout: 60_000 });
		assert.equal((await page.locator("h2.code").innerText()).replace(/ /g, ""), filmed);
		assert.equal(Math.min(await decoders(page), 1), ours, "the decoder is fetched where it is needed");
		await context.close();
	}
});

test("a photo is read by the server where the phone cannot", limit, async () => {
	const context = await device(PHONE);
	const page = await signIn(context, "courier", "Bưu tá");
	await page.locator("input[type=file]").setInputFiles(process.env.HOSO_PHOTO);
	await page.getByRole("button", { name: "Phát thành công" }).waitFor({ timeout: 20_000 });
	assert.equal((await page.locator("h2.code").innerText()).replace(/ /g, ""), items.door[0]);
	await context.close();
});

for (const [size, width, height] of [["1366", 1366, 768], ["360", 360, 740]]) {
	test(`every screen, ${size} wide, in both languages`, limit, async () => {
		const context = await device({ width, height });
		let page = await signIn(context, "chief");
		for (const language of ["vi", "en"]) {
			for (const screen of ["scan", "unsent", "find", "desk", "portal", `dossier/${items.counter[0]}`]) {
				await page.goto(`${url}#/${screen}`);
				await page.locator("h1").waitFor();
				await page.waitForLoadState("networkidle");
				await page.waitForFunction(() => !document.querySelector("main [role=status]")?.textContent.match(/Đang tải|Loading/)); // a list on its way says so
				if (screen === "find") {
					await page.locator("input[name=what]").fill("nguyen an");
					await page.keyboard.press("Enter");
					await page.locator("article").first().waitFor();
					await page.getByText(language === "vi" ? /Người clerk, Bưu cục 1 · từ / : /Người clerk, Bưu cục 1 · since /).first().waitFor(); // who holds it, and since when
				}
				await look(page, `${screen.split("/")[0]}-${size}-${language}`);
				assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${screen} is wider than the screen`);
			}
			await page.getByRole("button", { name: language === "vi" ? "English" : "Tiếng Việt" }).click();
		}
		await context.close();
	});
}
