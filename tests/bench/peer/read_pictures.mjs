// Reads the pictures that standard input names (PGM, one path a line) with the newest zxing-cpp, as try-hard as it goes;
// prints one line of JSON for each. The picture is unpacked before the clock starts.
import { readFileSync } from "node:fs";
import { prepareZXingModule, readBarcodes } from "zxing-wasm/reader";

const WORDS = { Code128: "CODE-128", Code39: "CODE-39", ITF: "I2/5", EAN13: "EAN-13", UPCA: "EAN-13", QRCode: "QR-Code" };
const OPTIONS = {
	formats: ["Code128", "Code39", "ITF", "EAN13", "QRCode"],
	tryHarder: true, tryRotate: true, tryInvert: true, tryDownscale: true, maxNumberOfSymbols: 64,
};

const wasm = readFileSync(new URL(import.meta.resolve("zxing-wasm/reader/zxing_reader.wasm")));
prepareZXingModule({ overrides: { wasmBinary: wasm.buffer.slice(wasm.byteOffset, wasm.byteOffset + wasm.byteLength) } });

function unpack(path) {
	const bytes = readFileSync(path);
	const head = /^P5\s+(\d+)\s+(\d+)\s+255\s/.exec(bytes.subarray(0, 64).toString("latin1"));
	const width = Number(head[1]), height = Number(head[2]);
	const data = new Uint8ClampedArray(width * height * 4);
	for (let at = 0; at < width * height; at++) {
		data.fill(bytes[head[0].length + at], 4 * at, 4 * at + 3);
		data[4 * at + 3] = 255;
	}
	return { data, width, height };
}

for (const path of readFileSync(0, "utf8").split("\n").filter(Boolean)) {
	const picture = unpack(path);
	const begun = performance.now();
	const found = await readBarcodes(picture, OPTIONS).catch(() => []);
	const wall_ms = performance.now() - begun;
	const codes = found.filter(({ isValid }) => isValid).map(({ format, text }) => [WORDS[format] ?? format, text]);
	console.log(JSON.stringify({ path, wall_ms, codes }));
}
