// A hand-over signed by an agency's officer on their own screen, in Debian's Chromium against a real hosod: pressed twice it
// is one signature, and what the post scans after it makes it worthless. The caller holds the numbers against the database.
import assert from "node:assert/strict";
import { appendFileSync } from "node:fs";
import test from "node:test";
import { confirmed, device, items, limit, look, password, signIn, url } from "./page.mjs";

const { HOSO_MANIFEST: manifest, HOSO_TOKEN: clerk } = process.env;

/* The post's other PC, which scans one more. */
async function scanOneMore(page) {
	const answer = await page.evaluate(async ([id, token, line]) => {
		const reply = await fetch(`/v1/manifests/${id}/lines`, { method: "POST", body: JSON.stringify([line]),
			headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" } });
		return reply.status;
	}, [manifest, clerk, { event_id: items.event_id, code: items.late, kind: "note", occurred_at: new Date().toISOString() }]);
	assert.equal(answer, 200);
}

test("an officer signs what they see", limit, async () => {
	assert.ok(password);
	const context = await device();
	const page = await signIn(context, "officer", "Bàn giao chờ ký");
	const sent = [];
	page.on("request", (request) => request.url().endsWith("/consents") && sent.push(request.postDataJSON()));
	assert.equal(await page.locator("nav [aria-current=page]").innerText(), "Ký bàn giao");
	await page.getByRole("link", { name: "Biên bản giao hồ sơ cho cơ quan" }).waitFor();
	await look(page, "handovers-1366");
	await page.getByRole("link", { name: "Biên bản giao hồ sơ cho cơ quan" }).click();
	await page.getByText("Đã quét 1 · còn thiếu 1").waitFor();
	await look(page, "handover-1366");
	// The answer is lost: what is pressed again is the same signature.
	await page.route("**/consents", async (route) => { await route.fetch(); await route.abort(); }, { times: 1 });
	await page.getByRole("button", { name: "Ký danh sách này" }).click();
	await page.getByText("Không kết nối được máy chủ.").waitFor();
	await page.getByRole("button", { name: "Ký danh sách này" }).click();
	await page.getByText(/Đã ký lúc .*: Người officer\./).waitFor();
	const first = sent[0].id;
	assert.deepEqual(sent.map(({ id }) => id), [first, first]);
	assert.ok(!(await page.locator("main").innerText()).includes(first), "a number that nobody has to read out");
	await page.reload();
	await page.getByText("Bưu điện thấy chữ ký này").waitFor();
	await scanOneMore(page);
	await page.getByRole("button", { name: "Xem lại" }).click();
	await page.getByText("Bảng kê đã thay đổi sau khi bạn ký").waitFor();
	assert.equal(await page.getByText("Bưu điện thấy chữ ký này").count(), 0, "the old signature is no signature any more");
	await page.getByText("Đã quét 2 · còn thiếu 0").waitFor();
	await page.getByRole("button", { name: "Ký danh sách này" }).click();
	await page.getByText("Bưu điện thấy chữ ký này").waitFor();
	const second = sent.at(-1).id;
	assert.notEqual(second, first);
	appendFileSync(confirmed, JSON.stringify([first, second]));
	await page.setViewportSize({ width: 360, height: 740 });
	await look(page, "handover-360");
	await page.getByRole("button", { name: "English" }).click();
	await page.getByText("Signed at").waitFor();
	await look(page, "handover-en-360");
	await page.goto(`${url}#/handovers`);
	await page.getByRole("heading", { name: "Hand-overs to sign" }).waitFor();
	await look(page, "handovers-en-360");
});
