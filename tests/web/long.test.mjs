// Long lists in Debian's Chromium on a slow processor: a manifest of 480 lines with 700 missing, 3,000 unsent scans, 250 alerts, a day
// of 240 visits and as many deliveries. Only
// what is near the eye is drawn; nothing is out of reach, and half a form that was scrolled away is still there.
import assert from "node:assert/strict";
import { join } from "node:path";
import test from "node:test";
import { device, items, limit, Scanner, screens, signIn, url } from "./page.mjs";
import { lookOver, SIZES } from "./screen.mjs";

const SLOWER = 6; // an old PC, a cheap phone
const DRAWN_MAX = 200; // rows of one list: above, it is drawn in parts
const spaced = (code) => `${code.slice(0, 2)} ${code.slice(2, 5)} ${code.slice(5, 8)} ${code.slice(8, 11)} ${code.slice(11)}`;

async function slow(page) {
	const session = await page.context().newCDPSession(page);
	await session.send("Emulation.setCPUThrottlingRate", { rate: SLOWER });
	return () => session.send("Emulation.setCPUThrottlingRate", { rate: 1 });
}

/* What is on the screen, not the whole height of it. */
async function lookAt(page, name) {
	for (const [words, size] of SIZES) {
		await page.setViewportSize(size);
		await page.screenshot({ path: join(screens, `${name}-${words}.png`) });
		assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${name} is wider than ${words}`);
	}
	await page.setViewportSize(SIZES[0][1]);
	await lookOver(page, name);
}

const drawn = (page) => page.evaluate(() => [...document.querySelectorAll("main tbody")].map((one) => one.querySelectorAll("[data-row]").length));
const seeRow = (page, code) => page.locator("tr", { hasText: spaced(code) }).first().waitFor();

/* Down by the mouse, as far as it goes: what comes into sight is there. */
async function toTheEnd(page, code) {
	await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
	await seeRow(page, code);
	assert.ok((await drawn(page)).every((count) => count <= DRAWN_MAX), `too much is drawn at the end: ${await drawn(page)}`);
}

/* From the scanner's last key to the picture that shows what became of it. */
async function timeScan(page, scanner, code) {
	await page.evaluate((wanted) => {
		globalThis.seen = new Promise((resolve) => {
			let atMs = 0;
			addEventListener("keydown", (event) => { atMs = event.key === "Enter" ? performance.now() : atMs; }, { capture: true });
			new MutationObserver((_, observer) => {
				if (document.querySelector(".last")?.textContent.includes(wanted)) {
					observer.disconnect();
					requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - atMs)));
				}
			}).observe(document.querySelector("main"), { childList: true, subtree: true, characterData: true });
		});
	}, spaced(code));
	await scanner.scan(code);
	return page.evaluate(() => globalThis.seen);
}

test("onto a long manifest a scan is quick, and every line can be reached", limit, async () => {
	const page = await signIn(await device(), "clerk");
	await page.goto(`${url}#/manifest/${items.manifest}`);
	await page.getByText(`Trên bảng kê: ${items.lines.length}`).waitFor();
	assert.ok((await drawn(page)).every((count) => count > 10 && count <= DRAWN_MAX), `too much is drawn: ${await drawn(page)}`);
	const table = page.locator("main table").first();
	assert.equal(await table.getAttribute("aria-rowcount"), String(items.lines.length + 1));
	await lookAt(page, "long-manifest-vi");

	const scanner = await Scanner.of(page);
	const times = [];
	const quick = await slow(page);
	for (const code of items.fresh) {
		times.push(await timeScan(page, scanner, code));
		await page.locator("tr.verdict-recorded", { hasText: spaced(code) }).waitFor();
	}
	await quick();
	console.log(`a scan onto ${items.lines.length} lines, ${SLOWER} times slower: ${times.map((ms) => ms.toFixed(0)).join(", ")} ms`);
	assert.equal(await page.locator("tr[data-row] .code").first().innerText(), spaced(items.fresh.at(-1)), "the last one is on top");

	// Half a form stays, however far away one looks.
	const row = page.locator("tr[data-row]").first();
	await row.getByRole("button", { name: "Ghi kiểm đếm" }).press("Enter");
	await row.getByLabel("Thiếu gì, hỏng gì").fill("thiếu một trang");
	await toTheEnd(page, items.lines[0]);
	assert.equal(await page.getByLabel("Thiếu gì, hỏng gì").inputValue(), "thiếu một trang");
	await lookAt(page, "long-manifest-end-vi");

	// By keys alone: each row's buttons, one after the other, far beyond what was drawn at first.
	await page.evaluate(() => scrollTo(0, 0));
	await page.getByRole("button", { name: `Bỏ ra: ${spaced(items.fresh.at(-1))}` }).focus();
	for (let row = 0; row < 60; row++) {
		await page.keyboard.press("Tab");
		await page.keyboard.press("Tab");
	}
	const at = await page.evaluate(() => Number(document.activeElement.closest("tr")?.getAttribute("aria-rowindex")));
	assert.ok(at > 58 && at < 65, `after sixty rows one is at row ${at}`);
});

test("thousands of unsent scans are one list", limit, async () => {
	const context = await device();
	const page = await signIn(context, "clerk");
	await context.setOffline(true);
	const last = await page.evaluate(() => new Promise((resolve, reject) => {
		const codeOf = (n) => `RR${String(100_000_000 + n)}VN`;
		const opening = indexedDB.open("hoso");
		opening.onerror = () => reject(opening.error);
		opening.onsuccess = () => {
			const transaction = opening.result.transaction("waiting", "readwrite");
			for (let n = 0; n < 3000; n++) {
				transaction.objectStore("waiting").add({ account: "clerk", event_id: `018f0000-0000-7000-8000-${String(n).padStart(12, "0")}`, code: codeOf(n), kind: "arrived", occurred_at: "2026-11-28T01:00:00Z", data: {}, state: "waiting" });
			}
			transaction.oncomplete = () => { opening.result.close(); resolve(codeOf(2999)); };
		};
	}));
	await page.evaluate(() => dispatchEvent(new Event("online"))); // it tries to send, in vain
	await page.locator("a.badge", { hasText: /chưa gửi: 3000.* · \d+ (giờ|ngày)/ }).waitFor(); // how many, and for how long
	await page.locator("a.badge").click();
	await page.locator("table[aria-rowcount='3001']").waitFor();
	assert.ok((await drawn(page))[0] <= DRAWN_MAX);
	await lookAt(page, "long-unsent-vi");
	await toTheEnd(page, last);
	await page.evaluate(() => { indexedDB.deleteDatabase("hoso"); }); // none of them was ever scanned
});

test("alerts come page by page, and all of them stay in reach", limit, async () => {
	const page = await signIn(await device(), "chief");
	const asked = [];
	page.on("request", (request) => request.url().includes("/v1/exceptions") && asked.push(new URL(request.url()).searchParams.get("cursor")));
	await page.goto(`${url}#/desk`);
	assert.equal(await page.getByRole("link", { name: "Chấp nhận, hoặc gắn vào hồ sơ của nó" }).first().getAttribute("href"), "#/intake", "one action each");
	await page.getByRole("button", { name: "Xem thêm" }).click();
	await page.locator("tr[data-row]").nth(199).waitFor();
	await page.getByRole("button", { name: "Xem thêm" }).click();
	await page.locator(`table[aria-rowcount='${items.unknown.length + 1}']`).waitFor();
	assert.deepEqual(asked.map(Boolean), [false, true, true], "each page by its cursor, and only when it was wanted");
	assert.ok((await drawn(page))[0] <= DRAWN_MAX);
	await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
	await page.locator(`tr[aria-rowindex='${items.unknown.length + 1}']`).waitFor(); // of one request whichever is the last
	assert.ok((await drawn(page))[0] <= DRAWN_MAX);
	await lookAt(page, "long-desk-vi");
});

const cards = (page) => page.evaluate(() => [...new Set([...document.querySelectorAll("main article[data-row]")].map(({ parentElement }) => parentElement))].map((list) => list.querySelectorAll("[data-row]").length));

test("a day of many visits on the telephone's screen: half a form stays, and the last visit is in reach", limit, async () => {
	const page = await signIn(await device(), "clerk");
	await page.goto(`${url}#/booking`);
	await page.getByLabel("Ngày").fill(items.day);
	const last = page.getByRole("heading", { name: items.last_visit });
	await page.getByRole("button", { name: "Xem thêm" }).click();
	await page.locator("article[data-row]").nth(199).waitFor();
	await page.getByRole("button", { name: "Xem thêm" }).click();
	await page.locator("article[aria-setsize='240']").first().waitFor();
	assert.ok((await cards(page)).every((count) => count <= DRAWN_MAX));
	await page.getByRole("button", { name: /^Hủy hẹn: / }).first().press("Enter");
	await page.locator("form.step select").first().waitFor();
	await page.getByLabel("Ghi chú").fill("gọi lại sau");
	await page.getByLabel("Ngày").first().focus(); // out of the list: it is not the focus alone that keeps it
	await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
	await last.waitFor();
	assert.equal(await page.getByLabel("Ghi chú").inputValue(), "gọi lại sau");
	assert.ok((await cards(page)).every((count) => count <= DRAWN_MAX));
	await lookAt(page, "long-booking-vi");
});

test("a courier's long day: visits, deliveries, and from the last one to its door", limit, async () => {
	const page = await signIn(await device(SIZES[1][1]), "courier", "Bưu tá");
	await page.goto(`${url}#/visits`);
	await page.getByRole("heading", { name: `Bưu gửi mang đi phát: ${items.carried.length}` }).waitFor();
	await page.getByLabel("Ngày").fill(items.day);
	await page.locator("article[aria-setsize='240']").first().waitFor();
	assert.ok((await cards(page)).every((count) => count <= DRAWN_MAX), `${await cards(page)}`);
	await lookAt(page, "long-visits-vi");
	await page.getByLabel("Ngày").fill(items.today);
	await page.getByText("Không có lịch hẹn nào trong ngày này").waitFor();
	await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
	const code = spaced(items.carried.at(-1));
	await page.getByRole("link", { name: `Phát bưu gửi này: ${code}` }).waitFor();
	assert.ok((await cards(page)).every((count) => count <= DRAWN_MAX));
	await lookAt(page, "long-deliveries-vi");
	await page.getByRole("link", { name: `Phát bưu gửi này: ${code}` }).click();
	await page.getByRole("heading", { name: code }).waitFor();
	await page.getByRole("button", { name: "Phát thành công" }).waitFor();
});
