/*
 * What a clerk hears without looking up: kept is one high note, a duplicate two, what needs eyes a low one.
 * Browsers make no sound before the first key or tap; the screen says the same.
 */
export type Bell = "kept" | "duplicate" | "trouble";

const NOTES: Record<Bell, number[]> = { kept: [1320], duplicate: [880, 880], trouble: [220, 180] };
const NOTE_S = 0.09;

let audio: AudioContext | null = null;

export function ring(bell: Bell): void {
	try {
		audio ??= new AudioContext();
	} catch {
		return;
	}
	for (const [i, hertz] of NOTES[bell].entries()) {
		const tone = audio.createOscillator();
		const volume = audio.createGain();
		const at = audio.currentTime + i * NOTE_S * 1.5;
		tone.frequency.value = hertz;
		volume.gain.setValueAtTime(0.2, at);
		volume.gain.exponentialRampToValueAtTime(0.001, at + NOTE_S);
		tone.connect(volume).connect(audio.destination);
		tone.start(at);
		tone.stop(at + NOTE_S);
	}
}
