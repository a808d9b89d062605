// A courier's proofs in Debian's Chromium against a real hosod: signed with a finger, photographed, kept, sent, cut off, seen. The
// caller compares what is left in HOSO_CONFIRMED with the database.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import test, { after } from "node:test";
import { begin, eventsOf, finish, keptNames, PHONE, photographed, proofsOf, sha256, sign, signed, until } from "./endure.mjs";
import { items, limit, long, look, open, password, profile, read, signIn, url } from "./page.mjs";

const longer = { ...limit, skip: long < 2 }; // HOSO_LONG=2
const made = []; // what the database must have: {event_id, code, what, sha256, bytes}
after(() => writeFileSync(process.env.HOSO_CONFIRMED, JSON.stringify(made)));

/* Each size and each language once; in the long run all four. */
async function lookAll(page, name) {
	for (const [language, other] of [["vi", "English"], ["en", "Tiếng Việt"]]) {
		for (const [size, viewport] of [["1366", { width: 1366, height: 768 }], ["360", PHONE]]) {
			if (long > 1 || (size === "360") === (language === "vi")) {
				await page.setViewportSize(viewport);
				await look(page, `${name}-${size}-${language}`);
				assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${name} is wider than the screen`);
			}
		}
		await page.getByRole("button", { name: other }).click();
	}
	await page.setViewportSize(PHONE);
}

async function note(page) {
	const proofs = await proofsOf(page);
	for (const { event_id, code, what, sha256: said, found, bytes, length, content } of proofs) {
		assert.equal(found, said, "what is kept is what its event speaks of");
		assert.equal(length, bytes);
		if (!made.some((one) => one.event_id === event_id && one.what === what)) {
			made.push({ event_id, code, what, sha256: said, bytes, media: content.subarray(1, 4).toString() === "PNG" ? "image/png" : "image/jpeg" });
		}
	}
	return proofs;
}

async function allSent(page) {
	await page.locator(".badge:not(.waits)").waitFor({ timeout: 60_000 });
	assert.deepEqual(await proofsOf(page), [], "what the server has leaves the phone");
	assert.ok(!(await keptNames(page)).some((key) => key.startsWith("proof") || key.startsWith("delivering")), "and nothing of it stays");
}

test("signed and photographed without a network, survives the browser, and is sent with its event", limit, async () => {
	const folder = profile();
	let context = await open(folder, PHONE, ["--touch-events=enabled"]);
	let page = await signIn(context, "courier", "Bưu tá");
	await page.evaluate(() => navigator.serviceWorker.ready);
	await page.waitForLoadState("networkidle");
	await context.setOffline(true);
	await page.reload();
	await begin(page, items.whole);
	await page.getByText("Không ký được?").click();
	await page.getByText("Hãy chụp ảnh phiếu giấy").waitFor();
	await page.getByRole("button", { name: "Ký trên màn hình" }).click();
	assert.ok(await page.getByRole("button", { name: "Đã ký xong" }).isDisabled(), "an empty box is no signature");
	await page.getByRole("button", { name: "Không ký", exact: true }).click();
	await sign(page);
	await lookAll(page, "proof-pad");
	await page.getByRole("button", { name: "Bỏ nét cuối" }).click();
	await page.getByRole("button", { name: "Xóa, ký lại" }).click();
	assert.ok(await page.getByRole("button", { name: "Đã ký xong" }).isDisabled());
	await page.getByRole("button", { name: "Không ký", exact: true }).click();
	await signed(page);
	await photographed(page);
	await look(page, "proof-taken-360-vi");
	await context.close(); // the camera of a small phone ends the browser like that
	context = await open(folder, PHONE, ["--touch-events=enabled"]);
	await context.setOffline(true);
	page = context.pages()[0] ?? (await context.newPage());
	await page.goto(url);
	await page.getByRole("img", { name: "Chữ ký" }).waitFor();
	await page.getByRole("img", { name: "Ảnh" }).waitFor();
	assert.equal(await page.getByLabel("Người nhận").inputValue(), "Trần Thị Bưởi");
	await page.evaluate(() => {
		new MutationObserver((_, observer) => {
			if (document.body.innerText.includes("Hoàn tác")) {
				observer.disconnect();
				globalThis.saidWhenKept = document.querySelector(".badge").innerText;
			}
		}).observe(document.body, { childList: true, subtree: true, characterData: true });
	});
	await finish(page);
	assert.match(await page.evaluate(() => globalThis.saidWhenKept), /chưa gửi: 1 · ảnh chưa gửi: 2/, "not for a moment does it look sent");
	const proofs = await note(page);
	assert.deepEqual(proofs.map(({ what }) => what).sort(), ["photo", "signature"]);
	assert.ok(proofs.every(({ bytes }) => bytes <= 400 * 1024));
	await page.goto(`${url}#/unsent`);
	await page.getByRole("heading", { name: "Ảnh và chữ ký chưa gửi: 2" }).waitFor();
	await lookAll(page, "proof-unsent");
	await page.getByRole("button", { name: "Đăng xuất" }).click();
	await page.getByText(/Còn 1 lượt quét chưa gửi/).waitFor();
	const download = page.waitForEvent("download");
	await page.getByRole("button", { name: "Xuất hàng đợi ra tệp" }).click();
	const file = JSON.parse(readFileSync(await (await download).path(), "utf8"));
	assert.deepEqual(file.proofs.map(({ content_base64, sha256: said }) => sha256(Buffer.from(content_base64, "base64")) === said), [true, true]);
	assert.equal(file.scans[0].data.signature, file.proofs.find(({ what }) => what === "signature").sha256);
	await context.setOffline(false);
	await allSent(page);
	await context.close();
});

test("a photo from a camera: small, upright, without its place; a black one and a text are none", longer, async () => {
	const context = await open(profile(), PHONE);
	const page = await signIn(context, "courier", "Bưu tá");
	await page.waitForLoadState("networkidle");
	const large = readFileSync(process.env.HOSO_LARGE);
	assert.ok(large.length > 1_000_000 && large.includes("Exif"), "the camera's own");
	await context.setOffline(true);
	await begin(page, items.photo);
	await page.locator(".proofs input[type=file]").setInputFiles(process.env.HOSO_BLACK);
	await page.getByText("Ảnh đen hoặc trắng hoàn toàn").waitFor();
	await page.locator(".proofs input[type=file]").setInputFiles({ name: "a.jpg", mimeType: "image/jpeg", buffer: Buffer.from("no picture") });
	await page.getByText("Không đọc được ảnh này").waitFor();
	await page.locator(".proofs input[type=file]").setInputFiles(process.env.HOSO_LARGE);
	await page.getByLabel("Người nhận").fill("Trần Văn Khế"); // while the photo is made smaller
	await sign(page); // and "signed" is never pressed
	await page.getByRole("img", { name: "Ảnh" }).waitFor();
	await page.waitForFunction(() => document.querySelector("details") === null); // the signature is taken
	await finish(page);
	assert.equal((await read(page, "waiting"))[0].data.recipient, "Trần Văn Khế");
	const [{ content, bytes }, ink] = await note(page);
	assert.equal(ink.what, "signature");
	assert.ok(bytes <= 400 * 1024 && !content.includes("Exif"), `${bytes} bytes`);
	const size = await page.evaluate(async (data) => { const { width, height } = await createImageBitmap(new Blob([new Uint8Array(data)])); return { width, height }; }, [...content]);
	assert.deepEqual(size, { width: 1200, height: 1600 }, "upright, as its orientation said");
	await context.setOffline(false);
	await allSent(page);
	await context.close();
});

test("a failed visit may have a photo; a delivery without the proof that its office demands says so at the door", limit, async () => {
	const context = await open(profile(), PHONE);
	const page = await signIn(context, "courier", "Bưu tá");
	await page.getByLabel("Gõ số hiệu").fill(items.failed);
	await page.keyboard.press("Enter");
	await page.getByRole("button", { name: "Phát không thành công" }).click();
	assert.equal(await page.getByRole("button", { name: "Ký trên màn hình" }).count(), 0, "nobody is there to sign");
	await photographed(page);
	await look(page, "proof-failed-360-vi");
	await page.getByRole("button", { name: "Vắng nhà" }).click();
	await page.getByRole("button", { name: "Hoàn tác" }).waitFor();
	await allSent(page);
	const [{ event_id }] = await read(page, "answered");
	made.push({ event_id, code: items.failed, what: "photo" });
	await begin(page, items.bare);
	await page.getByRole("button", { name: "Hoàn tất" }).click(); // refused, perhaps at once
	await page.getByText("Bưu cục yêu cầu chữ ký, ảnh hoặc mã PIN khi phát").waitFor();
	await look(page, "proof-needed-360-vi");
	await page.getByRole("button", { name: "Ghi lại bưu gửi này" }).click();
	assert.equal((await page.locator("h2.code").innerText()).replace(/ /g, ""), items.bare);
	await context.close();
});

test("cut off in the middle, answers lost, a session that ends, a server that is away: sent on, once, and no event waits for it", limit, async () => {
	const folder = profile();
	let context = await open(folder, PHONE, ["--touch-events=enabled"]);
	let page = await signIn(context, "courier", "Bưu tá");
	await page.waitForLoadState("networkidle");
	const puts = [];
	let fault = "cut";
	await context.route("**/v1/proofs/*", async (route) => {
		const request = route.request();
		if (request.method() !== "PUT") {
			return route.continue();
		}
		puts.push(request.headers()["content-range"]);
		if (fault === "cut" && puts.length >= 3) {
			return route.abort(); // the third part never arrives, however often it is sent
		}
		if (fault === "lost") {
			fault = "away";
			await route.fetch(); // it arrives, its answer does not
			return route.abort();
		}
		return fault === "away" ? route.fulfill({ status: 503, contentType: "text/html", body: "<h1>proxy</h1>" }) : route.continue();
	});
	await begin(page, items.cut);
	await photographed(page, process.env.HOSO_NOISE); // several parts
	await finish(page);
	await note(page);
	await page.getByText("ảnh chưa gửi: 1", { exact: false }).waitFor();
	await page.waitForFunction(() => document.querySelector(".badge").textContent.includes("sẽ tự gửi"));
	assert.equal((await read(page, "waiting")).length, 0, "its event has long been answered");
	await page.goto(`${url}#/unsent`);
	await page.getByText(/Đã gửi \d+ %/).waitFor();
	await look(page, "proof-part-360-vi");
	await page.getByRole("button", { name: "Đăng xuất" }).click();
	await page.getByText(/Còn 1 ảnh hoặc chữ ký chưa gửi/).waitFor();
	fault = "lost";
	const before = puts.length;
	await page.getByRole("button", { name: "Gửi ngay" }).click();
	await until(() => puts.length > before, "another part");
	const [first] = await proofsOf(page);
	assert.equal(first.state, "waiting");
	await page.goto(`${url}#/courier`);
	await page.getByLabel("Gõ số hiệu").fill(items.behind);
	await page.keyboard.press("Enter");
	await page.getByRole("button", { name: "Giao bưu tá đi phát" }).click();
	await until(async () => (await eventsOf(page)).answered.some(({ code }) => code === items.behind), "the answer to the scan behind the picture");
	assert.equal((await proofsOf(page)).length, 1, "the scan went past the picture");
	const [{ token }] = (await read(page, "kept")).filter((value) => value?.token);
	await page.evaluate(async (old) => { await fetch("/v1/session", { method: "DELETE", headers: { Authorization: `Bearer ${old}` } }); }, token);
	fault = "";
	await page.goto(`${url}#/unsent`);
	await page.getByRole("button", { name: "Gửi ngay" }).click();
	await page.getByText("Phiên làm việc đã hết").waitFor({ timeout: 20_000 });
	assert.equal((await proofsOf(page)).length, 1, "a session that has ended keeps it");
	await page.getByLabel("Mật khẩu").fill(password);
	await page.getByRole("button", { name: "Đăng nhập" }).click();
	await allSent(page);
	const starts = puts.map((range) => Number(range.match(/bytes (\d+)-/)[1]));
	assert.equal(starts.filter((start) => start === 0).length, 1, `it went on where it was: ${starts}`);
	await context.close();
});

test("what the server never takes is told in words, can be saved, and holds up nothing", longer, async () => {
	const context = await open(profile(), PHONE, ["--touch-events=enabled"]);
	const page = await signIn(context, "courier", "Bưu tá");
	await page.waitForLoadState("networkidle");
	let refused = "";
	await context.route("**/v1/proofs/*", (route) => {
		refused ||= route.request().method() === "PUT" ? route.request().url() : ""; // of the signature: the photo is there since the first test
		return route.request().url() === refused && route.request().method() === "PUT"
			? route.fulfill({ status: 422, contentType: "application/problem+json", body: JSON.stringify({ error: "proof_type", detail: "Nội dung không phải ảnh PNG, JPEG hay WebP như đã khai." }) })
			: route.continue();
	});
	await begin(page, items.refused);
	await signed(page);
	await photographed(page);
	await finish(page);
	await page.goto(`${url}#/unsent`);
	await page.getByText("Máy chủ không nhận: Nội dung không phải ảnh").waitFor();
	for (const language of ["vi", "en"]) {
		await look(page, `proof-refused-360-${language}`);
		await page.getByRole("button", { name: language === "vi" ? "English" : "Tiếng Việt" }).click();
	}
	const [left, more] = await proofsOf(page);
	assert.ok(left.state === "failed" && more === undefined, "the other one has been sent");
	const download = page.waitForEvent("download");
	await page.getByRole("button", { name: "Lưu ra tệp" }).click();
	assert.equal(sha256(readFileSync(await (await download).path())), left.sha256);
	await context.unroute("**/v1/proofs/*");
	await page.getByRole("button", { name: "Gửi lại" }).click();
	await note(page);
	await allSent(page);
	await context.close();
});

test("who may see the dossier opens them there", limit, async () => {
	const context = await open(profile());
	const page = await signIn(context, "chief");
	for (const [size, viewport, language, signature, photo] of [["1366", { width: 1366, height: 768 }, "vi", "Chữ ký", "Ảnh"], ["360", PHONE, "en", "Signature", "Photo"]].slice(0, long)) {
		await page.setViewportSize(viewport);
		await page.goto(`${url}#/dossier/${items.whole}`);
		await page.reload();
		await page.getByRole("button", { name: language === "vi" ? "Xem chữ ký" : "See the signature" }).click();
		await page.getByRole("img", { name: signature }).waitFor();
		await page.getByRole("button", { name: language === "vi" ? "Xem ảnh" : "See the photo" }).click();
		await page.getByRole("img", { name: photo, exact: true }).waitFor();
		assert.ok(await page.getByRole("img", { name: photo, exact: true }).evaluate((image) => image.decode().then(() => image.naturalWidth > 0)), "the picture is drawn");
		await look(page, `proof-dossier-${size}-${language}`);
		assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "wider than the screen");
		await page.getByRole("button", { name: language === "vi" ? "English" : "Tiếng Việt" }).click();
	}
	await context.close();
});
