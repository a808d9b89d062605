import { parseCard } from "../base/id_card";
import { readItemCode } from "../base/item_code";

/*
 * Item codes out of a phone's camera. The browser's own detector where it knows both symbologies, else ours. A code is
 * believed when two frames in a row say it: one frame alone has been seen to lie.
 */
declare const DECODER: string;

interface Detector {
	detect(picture: CanvasImageSource): Promise<{ rawValue: string }[]>;
}

type ReadFrame = (video: HTMLVideoElement) => Promise<string[]>;

const FRAME_WIDTH_MAX = 1280;
const PAUSE_MS = 60;

async function nativeReader(): Promise<ReadFrame | null> {
	const native = (globalThis as { BarcodeDetector?: { new (options: { formats: string[] }): Detector; getSupportedFormats(): Promise<string[]> } }).BarcodeDetector;
	const formats = (await native?.getSupportedFormats().catch(() => [])) ?? [];
	if (!native || !formats.includes("code_128") || !formats.includes("qr_code")) {
		return null;
	}
	const detector = new native({ formats: ["code_128", "qr_code"] });
	return async (video) => (await detector.detect(video)).map(({ rawValue }) => rawValue);
}

async function ownReader(): Promise<ReadFrame> {
	const { readFrame } = (await import(DECODER)) as typeof import("./decoder");
	const canvas = document.createElement("canvas");
	const context = canvas.getContext("2d", { willReadFrequently: true }) as CanvasRenderingContext2D;
	return async (video) => {
		const scale = Math.min(1, FRAME_WIDTH_MAX / video.videoWidth);
		canvas.width = Math.round(video.videoWidth * scale);
		canvas.height = Math.round(video.videoHeight * scale);
		context.drawImage(video, 0, 0, canvas.width, canvas.height);
		return readFrame(context.getImageData(0, 0, canvas.width, canvas.height));
	};
}

/** Wanted - item codes, or the text of an identity card's QR code. */
export type Wanted = "code" | "card";

/** The codes that two frames in a row agree on. Pure. */
export class Agreement {
	private before = new Set<string>();

	constructor(private wanted: Wanted = "code") {}

	private read(text: string): string {
		if (this.wanted === "card") {
			return parseCard(text) ? text : "";
		}
		const reading = readItemCode(text);
		return reading.kind === "code" ? reading.code : "";
	}

	take(texts: string[]): string[] {
		const codes = new Set(texts.map((text) => this.read(text)).filter(Boolean));
		const agreed = [...codes].filter((code) => this.before.has(code));
		this.before = codes;
		return agreed;
	}
}

/** watch - shows the camera in @video and tells each code that is believed, until @stop. Rejects when there is no camera. */
export async function watch(video: HTMLVideoElement, found: (code: string) => void, stop: AbortSignal, wanted: Wanted = "code"): Promise<void> {
	const stream = await navigator.mediaDevices.getUserMedia({ audio: false, video: { facingMode: "environment", width: { ideal: 1280 }, height: { ideal: 720 } } });
	const end = () => {
		for (const track of stream.getTracks()) {
			track.stop();
		}
	};
	if (stop.aborted) {
		return end();
	}
	stop.addEventListener("abort", end);
	video.srcObject = stream;
	await video.play();
	const read = (await nativeReader()) ?? (await ownReader());
	const agreement = new Agreement(wanted);
	while (!stop.aborted) {
		if (video.videoWidth > 0) {
			agreement.take(await read(video)).forEach(found);
		}
		await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
	}
}
