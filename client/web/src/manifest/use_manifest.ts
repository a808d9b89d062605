import { useEffect, useRef, useState } from "preact/hooks";
import { state } from "../app";
import { ring } from "../base/bell";
import { call, Problem } from "../base/call";
import { keep, kept, keptNames, unkeep, type Waiting, waiting } from "../queue/store";
import type { ListPage } from "../screens/load";
import type { Expected, Manifest, Whole } from "./manifest";

/*
 * An open manifest as the server said it last, kept on this device, so that scanning onto it goes on without a network. One
 * question is in the air at a time; what happens meanwhile is asked for once, when its answer is there.
 */
export interface Known {
	whole: Whole;
	expected: Expected[] | null; // null: could not be asked
	isAll: boolean; // expected has its last page
	atMs: number;
}

const PAGES_MAX = 10; // of 200: a manifest has 1,000 lines at most
const LOOK_MS = 10_000; // so often an open one is looked at: the other PC scans, the officer signs

const prefix = () => `manifest/${state.session?.account ?? ""}/`;

/** keptManifests - the open ones that this device knows, the newest first. */
export async function keptManifests(): Promise<Manifest[]> {
	const all = await Promise.all((await keptNames(prefix())).map((name) => kept<Known>(name)));
	return all.flatMap((known) => (known ? [known.whole] : [])).reverse();
}

async function askExpected(path: string): Promise<{ items: Expected[]; isAll: boolean }> {
	const items: Expected[] = [];
	let cursor: string | null = "";
	for (let page = 0; page < PAGES_MAX && cursor !== null; page++) {
		const more: string = cursor && `&cursor=${encodeURIComponent(cursor)}`;
		const got: ListPage<Expected> = await call("GET", `${path}/expected?limit=200${more}`);
		items.push(...got.items);
		cursor = got.next;
	}
	return { items, isAll: cursor === null };
}

/* What is expected is long, and a scan of ours takes from it what we know: only of money the server alone knows what is left. */
async function ask(path: string, before: Known | null): Promise<Known> {
	const whole = await call<Whole>("GET", path);
	if (before?.expected && whole.state === "open" && whole.kind !== "remittance") {
		return { ...before, whole, atMs: Date.now() };
	}
	const { items, isAll } = whole.state === "open" ? await askExpected(path) : { items: null, isAll: true };
	return { whole, expected: items, isAll, atMs: Date.now() };
}

async function keepOpen(known: Known): Promise<void> {
	const name = prefix() + known.whole.id;
	await (known.whole.state === "open" ? keep(name, known) : unkeep(name)).catch(() => undefined); // a comfort on a full disk
}

/* What the server made of what was scanned here is heard once. */
function ringAnswers(before: Waiting[], now: Waiting[], known: Known | null): void {
	for (const { event_id, state: was, kind } of before) {
		const line = known?.whole.lines.find(({ id }) => id === event_id);
		const isRefused = was === "waiting" && now.some((scan) => scan.event_id === event_id && scan.state === "failed");
		if (isRefused || (line && !["recorded", "late", "duplicate"].includes(line.verdict))) {
			ring("trouble");
		} else if (line?.verdict === "duplicate" && kind !== "void") {
			ring("duplicate");
		}
	}
}

interface Air {
	loop: Promise<void> | null;
	isWanted: boolean;
	isAllWanted: boolean; // with what is expected
	mine: Waiting[];
	known: Known | null;
}

export function useManifest(id: string) {
	const [known, setKnown] = useState<Known | null>(null);
	const [mine, setMine] = useState<Waiting[]>([]);
	const [problem, setProblem] = useState("");
	const [isOld, setOld] = useState(false);
	const air = useRef<Air>({ loop: null, isWanted: false, isAllWanted: true, mine: [], known: null });
	const path = `/v1/manifests/${encodeURIComponent(id)}`;
	const take = (now: Known) => {
		air.current.known = now;
		setKnown(now);
		setOld(false);
		setProblem("");
		void keepOpen(now);
	};
	const loadOnce = async () => {
		const before = air.current.isAllWanted ? null : air.current.known;
		air.current.isAllWanted = false;
		try {
			take(await ask(path, before));
		} catch (error) {
			air.current.isAllWanted = true;
			air.current.known ??= (await kept<Known>(prefix() + id)) ?? null;
			setKnown(air.current.known);
			setOld(true);
			setProblem(error instanceof Problem && error.token !== "network" ? error.detail : "");
		}
	};
	const loop = async () => {
		while (air.current.isWanted) {
			air.current.isWanted = false;
			await loadOnce();
		}
		air.current.loop = null;
	};
	const load = (isAll = true): Promise<void> => {
		air.current.isWanted = true;
		air.current.isAllWanted ||= isAll;
		air.current.loop ??= loop();
		return air.current.loop;
	};
	const follow = async () => {
		const now = (await waiting(state.session?.account)).filter(({ manifest }) => manifest === id);
		const before = air.current.mine;
		air.current.mine = now;
		if (before.some((scan) => !now.some(({ event_id, state: is }) => event_id === scan.event_id && is === scan.state))) {
			await load(false); // first what the server has, then away with what it was here
			ringAnswers(before, now, air.current.known);
		}
		setMine(air.current.mine);
	};
	useEffect(() => void load(), [id]);
	useEffect(() => void follow(), [state.unsent, state.send]);
	useEffect(() => {
		const look = () => document.visibilityState === "visible" && air.current.known?.whole.state === "open" && void load();
		const timer = setInterval(look, LOOK_MS);
		return () => clearInterval(timer);
	}, [id]);
	return { known, mine, problem, isOld, path, take, load };
}
