import { call, Problem } from "../base/call";
import { fold } from "../base/fold";
import { keep, kept } from "../queue/store";

/*
 * What may be taken in, and what it costs, as the server said; kept on this device for the hours without one. An answer
 * is never waited for longer than a citizen at the counter would understand.
 */
export interface Paper {
	no: number;
	name: string;
	original: number;
	certified: number;
	copy: number;
	required: boolean;
	guidance: string;
}

export interface Procedure {
	code: string;
	name: string;
	send_by_post: boolean;
	return_by_post: boolean;
	fee: number;
	note: string;
	days: number | null;
	papers: Paper[];
	fees: { kind: string; name: string; amount: number }[];
	postage: { relation: string; grams_max: number; amount: number }[];
	rounding: string;
	concessions: { code: string; name: string; percent: number }[];
	relations: { agency: string; relation: string }[];
}

export interface Entry {
	code: string;
	name: string;
	field_name?: string;
	by_post?: boolean;
}

export interface Catalogue {
	agencies: Entry[];
	offices: Entry[];
	procedures: Entry[];
}

/** Known - @atMs: when the server said so; @isOld: it could not be asked now. */
export interface Known<What> {
	body: What;
	atMs: number;
	isOld: boolean;
}

const FRESH_MS = 3_600_000; // so long nobody is asked again
const KEPT_MS = 30 * 86_400_000; // and so long it is believed without a server
const WAIT_MS = 3000;
const RETRY_MS = 60_000; // a server that was away is not waited for a second time within this

let awayUntilMs = 0;
addEventListener("online", () => { awayUntilMs = 0; });
const FOUND_MAX = 200; // a list that nobody reads to its end

/* Null: neither the server nor this device knows. Throws Problem "not_found" when the server knows that it is no more. */
async function ask<What>(name: string, path: string): Promise<Known<What> | null> {
	const before = await kept<{ body: What; atMs: number }>(name);
	const ageMs = before ? Date.now() - before.atMs : Number.NaN;
	const usable = before && ageMs >= 0 && ageMs < KEPT_MS ? before : null;
	if (usable && ageMs < FRESH_MS) {
		return { ...usable, isOld: false };
	}
	if (usable && performance.now() < awayUntilMs) {
		return { ...usable, isOld: true };
	}
	try {
		const body = await call<What>("GET", path, undefined, WAIT_MS);
		const now = { body, atMs: Date.now() };
		await keep(name, now).catch(() => undefined); // a comfort: a full disk takes it away, and nothing else
		return { ...now, isOld: false };
	} catch (error) {
		if (error instanceof Problem && error.status === 404) {
			throw error;
		}
		awayUntilMs = performance.now() + RETRY_MS;
		return usable ? { ...usable, isOld: true } : null;
	}
}

export function askCatalogue(): Promise<Known<Catalogue> | null> {
	return ask<Catalogue>("catalogue", "/v1/catalogue");
}

/** askProcedure - @office: how far an agency is depends on where one asks. */
export function askProcedure(code: string, office: string): Promise<Known<Procedure> | null> {
	return ask<Procedure>(`procedure/${office}/${code}`, `/v1/intake/procedures/${encodeURIComponent(code)}`);
}

/** fetchAll - everything that a day without a server needs; @told after each. Rejects when the server goes away. */
export async function fetchAll(office: string, told: (done: number, all: number) => void): Promise<void> {
	const catalogue = await askCatalogue();
	const wanted = catalogue?.body.procedures.filter(({ by_post }) => by_post) ?? [];
	for (const [i, { code }] of wanted.entries()) {
		const known = await askProcedure(code, office);
		if (!known || known.isOld) {
			throw new Problem("network", 0, "");
		}
		told(i + 1, wanted.length);
	}
}

/** find - by code, or by words that may lack their marks. Pure. */
export function find(list: Entry[], words: string): Entry[] {
	const exact = list.find(({ code }) => code.toLowerCase() === words.trim().toLowerCase());
	if (exact) {
		return [exact];
	}
	const parts = fold(words).split(/\s+/).filter(Boolean);
	return list.filter(({ code, name, field_name }) => {
		const text = fold(`${code} ${name} ${field_name ?? ""}`);
		return parts.every((part) => text.includes(part));
	}).slice(0, FOUND_MAX);
}
