/*
 * A signature as it is made: strokes in parts of the box, so that it stays what it was when the phone is turned. Pure but
 * for paint().
 */
export type Stroke = [number, number][]; // x and y, 0 to 1

const LENGTH_MIN = 0.15; // of the box's width, in all: less is a slip of the thumb

export function lengthOf(strokes: Stroke[]): number {
	return strokes.reduce((sum, stroke) => stroke.reduce((length, [x, y], i) => (i === 0 ? length : length + Math.hypot(x - stroke[i - 1][0], y - stroke[i - 1][1])), sum), 0);
}

export function isSigned(strokes: Stroke[]): boolean {
	return lengthOf(strokes) >= LENGTH_MIN;
}

/** paint - black on white, whatever the phone's colours are: it is printed some day. */
export function paint(canvas: HTMLCanvasElement, strokes: Stroke[]): void {
	const { width, height } = canvas;
	const context = canvas.getContext("2d") as CanvasRenderingContext2D;
	context.fillStyle = "#fff";
	context.fillRect(0, 0, width, height);
	context.strokeStyle = context.fillStyle = "#000";
	context.lineWidth = width / 150;
	context.lineCap = context.lineJoin = "round";
	for (const stroke of strokes) {
		context.beginPath();
		stroke.forEach(([x, y], i) => (i === 0 ? context.moveTo(x * width, y * height) : context.lineTo(x * width, y * height)));
		if (stroke.length === 1) {
			context.lineTo(stroke[0][0] * width + 0.1, stroke[0][1] * height); // a dot
		}
		context.stroke();
	}
}
