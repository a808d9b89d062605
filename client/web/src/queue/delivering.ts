import { keep, kept, keptNames, type Picture, unkeep } from "./store";

/*
 * What a courier has begun at a door outlives the browser: a small phone ends it while its camera is open, and a new
 * version of the page comes when it comes. One per account; citizens' data is in it, so it goes when it is recorded or
 * left, and is not believed on another day.
 */
export interface Delivering {
	code: string; // "": nothing is begun
	what: "" | "delivered" | "failed";
	values: Record<string, string>; // of the form
	pictures: Picture[];
}

interface Kept {
	code: string;
	what: Delivering["what"];
	values: Delivering["values"];
	atMs: number;
}

export const NOTHING: Delivering = { code: "", what: "", values: {}, pictures: [] };

const PREFIX = "delivering/";
const KEPT_MS = 12 * 3_600_000;

/** deliveringNames - what is typed changes with each key; pictures are large and lie beside it. */
export function deliveringNames(account: string): { typed: string; pictures: string } {
	return { typed: `${PREFIX}${account}`, pictures: `delivering-pictures/${account}` };
}

export async function forgetDelivering(account: string): Promise<void> {
	const { typed, pictures } = deliveringNames(account);
	await unkeep(typed);
	await unkeep(pictures);
}

/* A full disk takes this comfort away, and nothing else. */
export async function keepDelivering(account: string, before: Delivering, { code, what, values, pictures }: Delivering): Promise<void> {
	const names = deliveringNames(account);
	try {
		if (code === "") {
			await forgetDelivering(account);
			return;
		}
		const typed = keep(names.typed, { code, what, values, atMs: Date.now() } satisfies Kept); // asked for at once: before what is recorded next
		await Promise.all([typed, pictures === before.pictures ? null : keep(names.pictures, pictures)]);
	} catch {
		// see above
	}
}

/* Whoever began it: on a phone that is handed on, nobody else comes back to it. */
async function dropOld(): Promise<void> {
	for (const name of await keptNames(PREFIX)) {
		const begun = await kept<Kept>(name);
		if (begun && Date.now() - begun.atMs > KEPT_MS) {
			await forgetDelivering(name.slice(PREFIX.length));
		}
	}
}

export async function findDelivering(account: string): Promise<Delivering | undefined> {
	await dropOld();
	const names = deliveringNames(account);
	const begun = await kept<Kept>(names.typed);
	return begun && { code: begun.code, what: begun.what, values: begun.values, pictures: (await kept<Picture[]>(names.pictures)) ?? [] };
}
