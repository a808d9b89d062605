/** uuid7 - a UUIDv7 (RFC 9562): @nowMs in front, so that ids of one device lie in the order of their making. */
const SET_RIGHT_MS = 60_000; // so far back, a clock was wrong before: what stays in its future the server refuses
let last = { ms: 0, counter: 0 };

export function uuid7(nowMs: number = Date.now()): string {
	const bytes = crypto.getRandomValues(new Uint8Array(16));
	// Within one millisecond a counter keeps the order; a clock that is set back a little does not break it.
	last = nowMs > last.ms || nowMs < last.ms - SET_RIGHT_MS ? { ms: nowMs, counter: 0 } : { ms: last.ms, counter: last.counter + 1 };
	if (last.counter > 0xfff) {
		last = { ms: last.ms + 1, counter: 0 };
	}
	for (let i = 0; i < 6; i++) {
		bytes[i] = Math.floor(last.ms / 2 ** (8 * (5 - i))) & 0xff;
	}
	bytes[6] = 0x70 | (last.counter >> 8);
	bytes[7] = last.counter & 0xff;
	bytes[8] = 0x80 | (bytes[8] & 0x3f);
	const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
	return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
