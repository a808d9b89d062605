/*
 * QR codes (ISO/IEC 18004) of bytes, versions 1 to 6, correction M: a slip's code and token have at most 67 bytes, version 5
 * holds 84. Only to be printed; what is printed is read back by the tests.
 */
const VERSIONS = [
	{ data: 16, check: 10, blocks: 1 }, { data: 28, check: 16, blocks: 1 }, { data: 44, check: 26, blocks: 1 },
	{ data: 64, check: 18, blocks: 2 }, { data: 86, check: 24, blocks: 2 }, { data: 108, check: 16, blocks: 4 },
];
const HEAD_BYTES = 2; // mode and count have twelve bits
const MASKS: ((row: number, column: number) => boolean)[] = [
	(row, column) => (row + column) % 2 === 0, (row) => row % 2 === 0, (_, column) => column % 3 === 0, (row, column) => (row + column) % 3 === 0,
	(row, column) => (Math.floor(row / 2) + Math.floor(column / 3)) % 2 === 0, (row, column) => ((row * column) % 2) + ((row * column) % 3) === 0,
	(row, column) => (((row * column) % 2) + ((row * column) % 3)) % 2 === 0, (row, column) => (((row + column) % 2) + ((row * column) % 3)) % 2 === 0,
];

/* Multiplication in GF(256) over x^8 + x^4 + x^3 + x^2 + 1. */
function times(a: number, b: number): number {
	let product = 0;
	for (let bit = 7; bit >= 0; bit--) {
		product = (product << 1) ^ ((product >>> 7) * 0x11d);
		product ^= ((b >>> bit) & 1) * a;
	}
	return product;
}

function checkBytes(data: number[], count: number): number[] {
	const divisor = [...Array<number>(count - 1).fill(0), 1];
	for (let i = 0, root = 1; i < count; i++, root = times(root, 2)) {
		for (let j = 0; j < count; j++) {
			divisor[j] = times(divisor[j], root) ^ (divisor[j + 1] ?? 0);
		}
	}
	const rest = Array<number>(count).fill(0);
	for (const byte of data) {
		const factor = byte ^ (rest.shift() as number);
		rest.push(0);
		divisor.forEach((one, i) => { rest[i] ^= times(one, factor); });
	}
	return rest;
}

/* Mode, count, the bytes themselves, and filling; then dealt out to the blocks and gathered column by column. */
function codewords(bytes: Uint8Array, { data, check, blocks }: (typeof VERSIONS)[number]): number[] {
	const nibbles = [4, bytes.length >> 4, bytes.length & 15, ...Array.from(bytes).flatMap((byte) => [byte >> 4, byte & 15]), 0];
	const words = Array.from({ length: nibbles.length >> 1 }, (_, i) => (nibbles[2 * i] << 4) | nibbles[2 * i + 1]);
	for (let i = 0; words.length < data; i++) {
		words.push(i % 2 ? 0x11 : 0xec);
	}
	const size = data / blocks;
	const parts = Array.from({ length: blocks }, (_, i) => words.slice(i * size, (i + 1) * size));
	const checks = parts.map((part) => checkBytes(part, check));
	const gather = (lists: number[][], length: number) => Array.from({ length }, (_, i) => lists.map((list) => list[i])).flat();
	return [...gather(parts, size), ...gather(checks, check)];
}

type Grid = (boolean | null)[][]; // null: free for data

function square(grid: Grid, row: number, column: number, rings: boolean[]): void {
	const reach = rings.length - 1;
	for (let i = -reach; i <= reach; i++) {
		for (let j = -reach; j <= reach; j++) {
			if (grid[row + i]?.[column + j] !== undefined) {
				grid[row + i][column + j] = rings[Math.max(Math.abs(i), Math.abs(j))];
			}
		}
	}
}

/* The two copies of which mask and correction are meant; fifteen bits with their own check. */
function drawFormat(grid: Grid, mask: number): void {
	let rest = mask;
	for (let i = 0; i < 10; i++) {
		rest = (rest << 1) ^ ((rest >>> 9) * 0x537);
	}
	const bits = ((mask << 10) | rest) ^ 0x5412;
	const bit = (i: number) => ((bits >>> i) & 1) === 1;
	const size = grid.length;
	for (let i = 0; i < 8; i++) {
		grid[i < 6 ? i : i + 1][8] = bit(i);
		grid[8][size - 1 - i] = bit(i);
	}
	grid[8][7] = bit(8);
	for (let i = 9; i < 15; i++) {
		grid[8][14 - i] = bit(i);
	}
	for (let i = 8; i < 15; i++) {
		grid[size - 15 + i][8] = bit(i);
	}
	grid[size - 8][8] = true;
}

function frame(version: number): Grid {
	const size = 17 + 4 * version;
	const grid: Grid = Array.from({ length: size }, () => Array<boolean | null>(size).fill(null));
	for (let i = 0; i < size; i++) {
		grid[6][i] = grid[i][6] = i % 2 === 0;
	}
	for (const [row, column] of [[3, 3], [3, size - 4], [size - 4, 3]]) {
		square(grid, row, column, [true, true, false, true, false]);
	}
	if (version > 1) {
		square(grid, size - 7, size - 7, [true, false, true]);
	}
	drawFormat(grid, 0);
	return grid;
}

/* Two columns at a time from the right, up and down by turns. */
function fill(grid: Grid, words: number[], mask: number): boolean[][] {
	const size = grid.length;
	const full = grid.map((row) => row.slice());
	let at = 0;
	for (let right = size - 1; right >= 1; right -= 2) {
		right = right === 6 ? 5 : right;
		for (let i = 0; i < 2 * size; i++) {
			const isUp = ((right + 1) & 2) === 0;
			const row = isUp ? size - 1 - (i >> 1) : i >> 1;
			const column = right - (i & 1);
			if (grid[row][column] === null) {
				full[row][column] = (((words[at >> 3] ?? 0) >>> (7 - (at & 7))) & 1) === 1 !== MASKS[mask](row, column);
				at++;
			}
		}
	}
	drawFormat(full, mask);
	return full as boolean[][];
}

/* How hard it is on a reader: long runs and blocks of one colour, and what looks like a corner. */
function burden(full: boolean[][]): number {
	const columns = full.map((_, i) => full.map((row) => row[i]));
	let sum = 0;
	for (const line of [...full, ...columns].map((cells) => cells.map((cell) => (cell ? "1" : "0")).join(""))) {
		sum += (line.match(/0{5,}|1{5,}/g) ?? []).reduce((total, run) => total + run.length - 2, 0);
		sum += 40 * (line.match(/(?=00001011101|10111010000)/g) ?? []).length;
	}
	for (let row = 1; row < full.length; row++) {
		for (let column = 1; column < full.length; column++) {
			const cell = full[row][column];
			sum += cell === full[row - 1][column] && cell === full[row][column - 1] && cell === full[row - 1][column - 1] ? 3 : 0;
		}
	}
	const dark = full.flat().filter(Boolean).length / (full.length * full.length);
	return sum + 10 * Math.floor(Math.abs(dark - 0.5) * 20);
}

/** qr - rows of dark and light; null: more than a slip ever has. */
export function qr(text: string): boolean[][] | null {
	const bytes = new TextEncoder().encode(text);
	const version = VERSIONS.findIndex(({ data }) => data >= bytes.length + HEAD_BYTES) + 1;
	if (version === 0) {
		return null;
	}
	const grid = frame(version);
	const words = codewords(bytes, VERSIONS[version - 1]);
	return MASKS.map((_, mask) => fill(grid, words, mask)).map((full) => ({ full, sum: burden(full) })).sort((a, b) => a.sum - b.sum)[0].full;
}
