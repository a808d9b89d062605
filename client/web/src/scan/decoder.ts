import { prepareZXingModule, readBarcodes } from "zxing-wasm/reader";

/* The decoder for browsers that have none. It comes from our own server, never from elsewhere. */
declare const WASM: string;

prepareZXingModule({ overrides: { locateFile: () => WASM } });

/** readFrame - the texts of all codes in one picture. */
export async function readFrame(picture: ImageData): Promise<string[]> {
	const found = await readBarcodes(picture, { formats: ["Code128", "QRCode", "Code39", "ITF"], tryHarder: true, maxNumberOfSymbols: 4 });
	return found.filter(({ isValid }) => isValid).map(({ text }) => text);
}
