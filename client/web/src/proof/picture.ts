import type { Picture } from "../queue/store";

/*
 * What a phone's camera gives becomes what a network can carry: upright, without its place and its device, small, and
 * looked at, for some phones give black pictures. Its bytes are in memory from here on: a file may be gone a moment later.
 */
const SIDE_MAX = 1600; // pixels: a slip in A5 can be read
const SIDE_MIN = 800;
const BYTES_MAX = 400 * 1024;
const QUALITIES = [0.8, 0.65, 0.5];
const PROBE = 96; // pixels of a side: fine enough for a line of ink on white paper
const CONTRAST_MIN = 12; // of 255: below, nothing is on it

export type PictureProblem = "unreadable" | "blank";

export async function sha256Of(content: ArrayBuffer): Promise<string> {
	const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", content));
	return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export async function pictureOf(what: Picture["what"], blob: Blob): Promise<Picture> {
	const content = await blob.arrayBuffer();
	return { what, media: blob.type, content, sha256: await sha256Of(content) };
}

async function decode(file: Blob): Promise<ImageBitmap | HTMLImageElement> {
	try {
		return await createImageBitmap(file, { imageOrientation: "from-image" });
	} catch {
		const image = new Image(); // some browsers take more kinds in here
		image.src = URL.createObjectURL(file);
		await image.decode().finally(() => URL.revokeObjectURL(image.src));
		return image;
	}
}

function draw(source: CanvasImageSource, width: number, height: number): HTMLCanvasElement {
	const canvas = document.createElement("canvas");
	canvas.width = Math.max(1, Math.round(width));
	canvas.height = Math.max(1, Math.round(height));
	const context = canvas.getContext("2d") as CanvasRenderingContext2D;
	context.imageSmoothingQuality = "high";
	context.drawImage(source, 0, 0, canvas.width, canvas.height);
	return canvas;
}

function isBlank(canvas: HTMLCanvasElement): boolean {
	const { data } = (draw(canvas, PROBE, PROBE).getContext("2d") as CanvasRenderingContext2D).getImageData(0, 0, PROBE, PROBE);
	const bright = Array.from({ length: data.length / 4 }, (_, i) => (data[4 * i] + data[4 * i + 1] + data[4 * i + 2]) / 3);
	return Math.max(...bright) - Math.min(...bright) < CONTRAST_MIN;
}

function encode(canvas: HTMLCanvasElement, type: string, quality?: number): Promise<Blob> {
	return new Promise((resolve, reject) => canvas.toBlob((blob) => (blob?.type === type ? resolve(blob) : reject(new Error("no blob"))), type, quality));
}

/* The best that is small enough; the smallest of all when none is. */
async function fit(whole: HTMLCanvasElement): Promise<Blob> {
	let canvas = whole;
	for (;;) {
		let blob: Blob | null = null;
		for (const quality of QUALITIES) {
			blob = await encode(canvas, "image/jpeg", quality);
			if (blob.size <= BYTES_MAX) {
				return blob;
			}
		}
		if (Math.max(canvas.width, canvas.height) / 1.4 < SIDE_MIN) {
			return blob as Blob;
		}
		canvas = draw(canvas, canvas.width / 1.4, canvas.height / 1.4);
	}
}

/** shrink - a photo as a Picture, or what is wrong with it. */
export async function shrink(file: Blob): Promise<Picture | PictureProblem> {
	try {
		const source = await decode(file);
		const scale = Math.min(1, SIDE_MAX / Math.max(source.width, source.height));
		const canvas = draw(source, source.width * scale, source.height * scale);
		if ("close" in source) {
			source.close();
		}
		return isBlank(canvas) ? "blank" : await pictureOf("photo", await fit(canvas));
	} catch {
		return "unreadable";
	}
}

export function inkOf(canvas: HTMLCanvasElement): Promise<Picture> {
	return encode(canvas, "image/png").then((blob) => pictureOf("signature", blob));
}
