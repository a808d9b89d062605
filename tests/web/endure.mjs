// What the tests of hard days share: what was heard, what is on the phone's disk, a finger that signs.
import { createHash } from "node:crypto";

export const PHONE = { width: 360, height: 740 };
export const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");

/** listen - what a person hears: the page's own notes, counted. "kept" is the promise that the tests hold it to. */
export async function listen(context) {
	const heard = { kept: 0, trouble: 0 };
	await context.exposeBinding("hearHoso", (_, hertz) => {
		heard.kept += Number(hertz === 1320);
		heard.trouble += Number(hertz === 220);
	});
	await context.addInitScript(() => {
		const start = OscillatorNode.prototype.start;
		OscillatorNode.prototype.start = function tell(...at) {
			globalThis.hearHoso(this.frequency.value);
			return start.apply(this, at);
		};
	});
	return heard;
}

/* All of a store, with its keys; pictures as they lie there. */
async function all(page, name) {
	const rows = await page.evaluate((store) => new Promise((resolve, reject) => {
		const opening = indexedDB.open("hoso");
		opening.onerror = () => reject(opening.error);
		opening.onsuccess = () => {
			const kept = opening.result.transaction(store).objectStore(store);
			const [keys, values] = [kept.getAllKeys(), kept.getAll()];
			values.onsuccess = () => {
				opening.result.close();
				resolve(keys.result.map((key, i) => [key, values.result[i] instanceof ArrayBuffer ? Array.from(new Uint8Array(values.result[i])) : values.result[i]]));
			};
		};
	}), name);
	return rows;
}

export async function keptNames(page) {
	return (await all(page, "kept")).map(([key]) => key);
}

/** proofsOf - what the phone keeps of pictures: what is said of each, and the digest of its bytes. */
export async function proofsOf(page) {
	const rows = await all(page, "kept");
	const byName = Object.fromEntries(rows);
	return rows.filter(([key]) => key.startsWith("proof/")).map(([key, about]) => {
		const content = Buffer.from(byName[key.replace("proof/", "proof-content/")] ?? []);
		return { ...about, found: sha256(content), length: content.length, content };
	});
}

export async function eventsOf(page) {
	const [waits, answered] = [await all(page, "waiting"), await all(page, "answered")];
	return { waits: waits.map(([, scan]) => scan), answered: answered.map(([, line]) => line) };
}

/** begin - a delivery at a door, filled in but for what proves it. */
export async function begin(page, code) {
	await page.getByLabel("Gõ số hiệu").fill(code);
	await page.keyboard.press("Enter");
	await page.getByRole("button", { name: "Phát thành công" }).click();
	await page.getByLabel("Người nhận").fill("Trần Thị Bưởi");
	await page.getByLabel("4 ký tự cuối").fill("4321");
}

/** sign - two strokes of a finger, as the screen tells of it; never twice the same. */
export async function sign(page) {
	await page.getByRole("button", { name: "Ký trên màn hình" }).click();
	const box = await page.locator(".pad canvas").boundingBox();
	const finger = await page.context().newCDPSession(page);
	const touch = (type, x, y) => finger.send("Input.dispatchTouchEvent", { type, touchPoints: type === "touchEnd" ? [] : [{ x: box.x + x * box.width, y: box.y + y * box.height }] });
	for (const [x, y] of [[0.1, 0.6], [0.5, 0.3]]) {
		await touch("touchStart", x, y);
		for (let i = 1; i <= 6; i++) {
			await touch("touchMove", x + i * 0.06, y + (i % 3) * 0.1 + Math.random() * 0.05);
		}
		await touch("touchEnd");
	}
}

export async function signed(page) {
	await sign(page);
	await page.getByRole("button", { name: "Đã ký xong" }).click();
	await page.getByRole("img", { name: "Chữ ký" }).waitFor();
}

export async function photographed(page, file = process.env.HOSO_PHOTO) {
	await page.locator(".proofs input[type=file]").setInputFiles(file);
	await page.getByRole("img", { name: "Ảnh" }).waitFor();
}

export async function finish(page) {
	await page.getByRole("button", { name: "Hoàn tất" }).click();
	await page.getByRole("button", { name: "Hoàn tác" }).waitFor();
}

/** goScan - to the screen of codes alone, with what a courier may record there. */
export async function goScan(page) {
	await page.evaluate(() => { location.hash = "#/scan"; });
	await page.getByLabel("Việc đang làm").selectOption("out_for_delivery");
}

/** until - for what no event tells of. */
export async function until(isSo, what, atMost = 30_000) {
	for (const end = Date.now() + atMost; !(await isSo()); await new Promise((resolve) => setTimeout(resolve, 50))) {
		if (Date.now() > end) {
			throw new Error(`waited in vain: ${what}`);
		}
	}
}
