import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { inkOf } from "../proof/picture";
import { isSigned, paint, type Stroke } from "../proof/ink";
import type { Picture } from "../queue/store";
import { t } from "../words/words";

/* A finger, a pen or a mouse; a hand that rests on the glass meanwhile draws nothing. */
const WIDTH = 900;
const HEIGHT = 420;

interface Drawing {
	pointer: number | null;
	stroke: Stroke;
}

function pointOf(canvas: HTMLCanvasElement, { clientX, clientY }: PointerEvent): [number, number] {
	const box = canvas.getBoundingClientRect();
	return [(clientX - box.left) / box.width, (clientY - box.top) / box.height];
}

interface SignaturePadProps {
	change: (picture: Picture | null) => void; // after each stroke: whoever presses "Done" below has not lost what is seen
	done: () => void;
}

export function SignaturePad({ change, done }: SignaturePadProps) {
	const [strokes, setStrokes] = useState<Stroke[]>([]);
	const told = useRef(0);
	const canvas = useRef<HTMLCanvasElement>(null);
	const drawing = useRef<Drawing>({ pointer: null, stroke: [] });
	useLayoutEffect(() => {
		paint(canvas.current as HTMLCanvasElement, strokes);
		const turn = ++told.current; // a picture takes its time, and another stroke may be faster
		if (isSigned(strokes)) {
			void inkOf(canvas.current as HTMLCanvasElement).then((picture) => turn === told.current && change(picture));
		} else {
			change(null);
		}
	}, [strokes]);
	useLayoutEffect(() => () => void told.current++, []);
	useLayoutEffect(() => canvas.current?.scrollIntoView({ block: "center" }), []);
	const down = (event: PointerEvent) => {
		if (drawing.current.pointer === null && event.button === 0) {
			event.preventDefault();
			canvas.current?.setPointerCapture(event.pointerId);
			drawing.current = { pointer: event.pointerId, stroke: [pointOf(canvas.current as HTMLCanvasElement, event)] };
		}
	};
	const move = (event: PointerEvent) => {
		if (drawing.current.pointer === event.pointerId) {
			const events = event.getCoalescedEvents?.() ?? [];
			drawing.current.stroke.push(...(events.length > 0 ? events : [event]).map((one) => pointOf(canvas.current as HTMLCanvasElement, one)));
			paint(canvas.current as HTMLCanvasElement, [...strokes, drawing.current.stroke]);
		}
	};
	const up = (event: PointerEvent) => {
		const { pointer, stroke } = drawing.current;
		if (pointer === event.pointerId) {
			drawing.current = { pointer: null, stroke: [] };
			setStrokes((before) => [...before, stroke]);
		}
	};
	const sign = async () => {
		const picture = await inkOf(canvas.current as HTMLCanvasElement); // with the stroke of a moment ago
		told.current++;
		change(picture);
		done();
	};
	return (
		<div class="pad">
			<p>{t("proof.sign_here")}</p>
			<canvas ref={canvas} width={WIDTH} height={HEIGHT} role="img" aria-label={t("proof.pad")}
				onPointerDown={down} onPointerMove={move} onPointerUp={up} onPointerCancel={up} />
			<div class="row">
				<button type="button" class="main" disabled={!isSigned(strokes)} onClick={() => void sign()}>{t("proof.signed")}</button>
				<button type="button" disabled={strokes.length === 0} onClick={() => setStrokes(strokes.slice(0, -1))}>{t("proof.undo_stroke")}</button>
				<button type="button" disabled={strokes.length === 0} onClick={() => setStrokes([])}>{t("proof.clear")}</button>
				<button type="button" onClick={() => { change(null); done(); }}>{t("proof.leave")}</button>
			</div>
		</div>
	);
}
