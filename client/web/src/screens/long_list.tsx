import { cloneElement, type ComponentChildren, type VNode } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { t, type Word } from "../words/words";

/*
 * A list of which only those rows are drawn that are near the eye, when it is long: in a table of 5,000 rows one more scan takes an
 * old PC seconds. Gaps as high as what is left out keep the scroll bar honest; a reader is told which row of how many it is at.
 */
const WHOLE_MAX = 200; // so many are all drawn: then the browser's own search finds them
const MARGIN = 10; // rows drawn above and below what is seen: Tab and the arrows of a reader find the next ones there

/** At - to be put on a row's own element. */
export interface At {
	"data-row": string;
	"aria-rowindex"?: number;
	"aria-posinset"?: number;
	"aria-setsize"?: number;
}

interface Window {
	from: number;
	to: number;
	rowPx: number;
}

interface RowsProps<Item> {
	items: Item[];
	keyOf: (item: Item) => string;
	row: (item: Item, at: At) => VNode;
	in: "tbody" | "div";
	stays?: string; // the key of one that has half a form in it
}

/* Printed, all are there: what is asked for before the browser lays the paper out is drawn at once after it. */
export function useIsPrinting(): boolean {
	const [isPrinting, setPrinting] = useState(false);
	useEffect(() => {
		const before = () => setPrinting(true);
		const after = () => setPrinting(false);
		addEventListener("beforeprint", before);
		addEventListener("afterprint", after);
		return () => {
			removeEventListener("beforeprint", before);
			removeEventListener("afterprint", after);
		};
	}, []);
	return isPrinting;
}

/* Of those that are drawn, on average: the gaps need be no truer. */
function heightOf(body: HTMLElement): number {
	const drawn = [...body.querySelectorAll<HTMLElement>(":scope > [data-row]")];
	return drawn.reduce((sum, one) => sum + one.getBoundingClientRect().height, 0) / drawn.length || 1;
}

/* What is near the eye, in steps. */
function look(body: HTMLElement, count: number, rowPx: number): Window {
	const first = Math.floor(-body.getBoundingClientRect().top / rowPx / MARGIN) * MARGIN - MARGIN;
	const seen = Math.ceil(innerHeight / rowPx / MARGIN) * MARGIN + 3 * MARGIN;
	const from = Math.max(0, Math.min(first, count - seen));
	return { from, to: Math.min(count, from + seen), rowPx };
}

function useWindow(count: number, isWhole: boolean) {
	const body = useRef<HTMLElement>(null);
	const [seen, setSeen] = useState<Window>({ from: 0, to: 4 * MARGIN, rowPx: 0 });
	useLayoutEffect(() => {
		if (isWhole) {
			return;
		}
		const see = (rowPx: number) => setSeen((before) => {
			const now = look(body.current as HTMLElement, count, rowPx || before.rowPx);
			return now.from === before.from && now.to === before.to && now.rowPx === before.rowPx ? before : now;
		});
		const moved = () => see(0);
		const turned = () => see(heightOf(body.current as HTMLElement));
		see(seen.rowPx || heightOf(body.current as HTMLElement));
		addEventListener("scroll", moved, { passive: true });
		addEventListener("resize", turned);
		return () => {
			removeEventListener("scroll", moved);
			removeEventListener("resize", turned);
		};
	}, [count, isWhole]);
	return { body, seen };
}

/* Those of @keys that are not within the window, each as a span of its own. */
function spansOf<Item>(items: Item[], keyOf: (item: Item) => string, keys: string[], from: number, to: number): [number, number][] {
	if (keys.every((key) => key === "")) {
		return [[from, to]];
	}
	const far = items.map((item, i): [string, number] => [keyOf(item), i]).filter(([key, i]) => (i < from || i >= to) && keys.includes(key)).map(([, i]): [number, number] => [i, i + 1]);
	return [...far, [from, to] as [number, number]].sort(([one], [other]) => one - other);
}

/** Rows - @items as rows or articles. The one that somebody works in stays, however far away: half a form may be in it. */
export function Rows<Item>({ items, keyOf, row, in: Body, stays }: RowsProps<Item>) {
	const isWhole = useIsPrinting() || items.length <= WHOLE_MAX;
	const { body, seen } = useWindow(items.length, isWhole);
	const [held, setHeld] = useState("");
	const isTable = Body === "tbody";
	const from = isWhole ? 0 : Math.min(seen.from, items.length);
	const to = isWhole ? items.length : Math.min(seen.to, items.length);
	const spans = isWhole ? [[from, to]] : spansOf(items, keyOf, [held, stays ?? ""], from, to);
	const drawn: VNode[] = [];
	let end = 0;
	const gapTo = (next: number) => {
		const style = { height: `${(next - end) * seen.rowPx}px` };
		if (next > end) {
			drawn.push(isTable ? <tr key={`gap ${drawn.length}`} class="gap" aria-hidden="true" style={style}><td /></tr> : <div key={`gap ${drawn.length}`} style={style} />);
		}
	};
	for (const [first, last] of spans) {
		gapTo(first);
		for (let i = first; i < last; i++) {
			const key = keyOf(items[i]);
			const place = isTable ? { "aria-rowindex": i + 2 } : { "aria-posinset": i + 1, "aria-setsize": items.length };
			drawn.push(cloneElement(row(items[i], { "data-row": key, ...(isWhole ? {} : place) }), { key }));
		}
		end = last;
	}
	gapTo(items.length);
	const hold = ({ target }: { target: EventTarget | null }) => setHeld((target as Element).closest<HTMLElement>("[data-row]")?.dataset.row ?? "");
	return <Body ref={body as never} onFocusIn={hold} {...(!isTable && !isWhole ? { role: "feed" } : {})}>{drawn}</Body>;
}

interface TableProps<Item> extends Omit<RowsProps<Item>, "in"> {
	caption?: ComponentChildren;
	columns: Word[];
	class?: string;
}

/** LongTable - a table of them under @columns. */
export function LongTable<Item>({ caption, columns, class: name, ...rows }: TableProps<Item>) {
	const isLong = rows.items.length > WHOLE_MAX;
	return (
		<table class={name} aria-rowcount={isLong ? rows.items.length + 1 : undefined}>
			{caption && <caption>{caption}</caption>}
			<thead><tr aria-rowindex={isLong ? 1 : undefined}>{columns.map((column) => <th key={column} scope="col">{t(column)}</th>)}</tr></thead>
			<Rows in="tbody" {...rows} />
		</table>
	);
}
