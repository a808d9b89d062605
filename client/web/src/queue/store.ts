import { type DBSchema, type IDBPDatabase, type IDBPObjectStore, openDB } from "idb";

/*
 * What this device has recorded and the server has not confirmed yet. A scan is in here, on the disk, before anybody hears
 * the beep; it leaves only when the server has answered for it.
 */
export interface Waiting {
	seq?: number; // the order on this device
	account: string; // who scanned: nobody else's session sends it
	event_id: string;
	code: string; // of an item; of a dossier, when it is a step
	isStep?: boolean; // what an agency says of a dossier itself: it has a road of its own
	kind: string;
	occurred_at: string;
	data: Record<string, unknown>;
	manifest?: string; // it goes onto this manifest and nowhere else
	state: "waiting" | "failed";
	problem?: string; // of a failed one: the server's words
	error?: string; // … its token
	member?: string; // … and the member of the data that it is about
}

/** What became of the last ones, for the screen; the oldest are dropped. */
export interface Answered {
	seq: number;
	account: string;
	event_id: string;
	code: string;
	kind: string;
	at: string;
	verdict: string;
	detail: string;
	recorded_by: string;
	why?: string;
	manifest?: string;
	slip_token?: string; // opens the public look-up of the item
}

/**
 * Proof - a picture that an event speaks of by its SHA-256. It is kept with its event, in one transaction, goes a road of
 * its own (proof/road.ts), and leaves this device when the server has said that it has all of it.
 */
export interface Proof {
	account: string;
	event_id: string;
	code: string;
	what: "signature" | "photo";
	sha256: string;
	media: string;
	bytes: number;
	sent: number; // bytes of it that the server had, when it was last asked
	at: string;
	state: "waiting" | "failed";
	problem?: string; // of a failed one: what is wrong, in words
}

/** Picture - made on this device, and not kept yet. */
export interface Picture extends Pick<Proof, "what" | "sha256" | "media"> {
	content: ArrayBuffer;
}

export interface Session {
	account: string;
	name: string;
	role: string;
	office: { code: string; name: string } | null;
	agency: { code: string; name: string } | null;
	token: string;
	expires_at: string;
}

interface Schema extends DBSchema {
	waiting: { key: number; value: Waiting; indexes: { event_id: string } };
	answered: { key: number; value: Answered };
	kept: { key: string; value: unknown };
}

type Queue = IDBPObjectStore<Schema, ("waiting" | "kept" | "answered")[], "waiting", "readwrite">;

const ANSWERED_MAX = 500;
const STRICT = { durability: "strict" } as const;

let opened: Promise<IDBPDatabase<Schema>> | null = null;

function database(): Promise<IDBPDatabase<Schema>> {
	opened ??= openDB<Schema>("hoso", 1, {
		upgrade(db) {
			db.createObjectStore("waiting", { keyPath: "seq", autoIncrement: true }).createIndex("event_id", "event_id", { unique: true });
			db.createObjectStore("answered", { keyPath: "seq" });
			db.createObjectStore("kept");
		},
		/* A version to come, in another tab, wants another shape: it need not wait for this one, which keeps nothing from then on. */
		blocking(_now, _wanted, event) {
			(event.target as IDBDatabase).close();
			opened = null;
		},
		terminated() {
			opened = null;
		},
	}).catch((error) => {
		opened = null; // what fails once need not fail again
		throw error;
	});
	return opened;
}

/** isOutdated - what was thrown because a newer version of the page has changed the shape of what is kept. */
export function isOutdated(error: unknown): boolean {
	return (error as DOMException).name === "VersionError";
}

/* The one that is corrected, which the server refused, leaves with what corrects it. */
async function dropRefused(queue: Queue, replaces: string): Promise<void> {
	const refused = replaces ? await queue.index("event_id").get(replaces) : undefined;
	if (refused?.state === "failed") {
		await queue.delete(refused.seq as number);
	}
}

/**
 * put - on the disk when the promise is fulfilled. Rejects when there is no room, or when this id waits already: nothing
 * was kept then.
 */
export async function put(scan: Waiting, replaces = ""): Promise<number> {
	const transaction = (await database()).transaction("waiting", "readwrite", STRICT);
	await dropRefused(transaction.store, replaces);
	const seq = await transaction.store.add(scan);
	await transaction.done;
	return seq;
}

/**
 * admit - a form becomes a scan: into the queue, its slip kept, its draft gone, and the one that it corrects, which the
 * server refused, too; all or nothing, on the disk when the promise is fulfilled. Null: this form was admitted before.
 */
export async function admit(scan: Waiting, slip: { name: string; value: unknown }, draft: string, replaces: string): Promise<number | null> {
	const transaction = (await database()).transaction(["waiting", "kept"], "readwrite", STRICT);
	const queue = transaction.objectStore("waiting");
	const kept = transaction.objectStore("kept");
	if ((await kept.get(slip.name)) !== undefined || (await queue.index("event_id").get(scan.event_id))) {
		await transaction.done;
		return null;
	}
	await dropRefused(queue, replaces);
	const seq = await queue.add(scan);
	await kept.put(slip.value, slip.name);
	await kept.delete(draft);
	await transaction.done;
	return seq;
}

/*
 * In the same store as what else is kept by name, so that pages of before and after know the same shape. What is said of
 * a picture and the picture are two entries: a list of them all reads no pictures.
 */
const ABOUT = "proof/";
const CONTENT = "proof-content/";
const PROOFS = IDBKeyRange.bound(ABOUT, `${ABOUT}\uffff`);

function proofName(prefix: string, { account, event_id, what }: Pick<Proof, "account" | "event_id" | "what">): string {
	return `${prefix}${account}/${event_id}/${what}`;
}

/** prove - as put(), with the pictures that it speaks of, and without the drafts that it was: all or nothing. */
export async function prove(scan: Waiting, pictures: Picture[], drafts: string[]): Promise<number> {
	const transaction = (await database()).transaction(["waiting", "kept"], "readwrite", STRICT);
	const kept = transaction.objectStore("kept");
	const seq = await transaction.objectStore("waiting").add(scan);
	for (const { content, what, sha256, media } of pictures) {
		const proof: Proof = { account: scan.account, event_id: scan.event_id, code: scan.code, what, sha256, media, bytes: content.byteLength, sent: 0,
			at: scan.occurred_at, state: "waiting" };
		await kept.put(proof, proofName(ABOUT, proof));
		await kept.put(content, proofName(CONTENT, proof));
	}
	for (const draft of drafts) {
		await kept.delete(draft);
	}
	await transaction.done;
	return seq;
}

/** proofs - the oldest first, for an event's id tells its time; of one account, or of all. */
export async function proofs(account?: string): Promise<Proof[]> {
	const all = (await (await database()).getAll("kept", PROOFS)) as Proof[];
	return all.filter((proof) => account === undefined || proof.account === account).sort((one, other) => (one.event_id < other.event_id ? -1 : 1));
}

export function countProofs(): Promise<number> {
	return database().then((db) => db.count("kept", PROOFS));
}

export function proofContent(proof: Proof): Promise<ArrayBuffer | undefined> {
	return kept<ArrayBuffer>(proofName(CONTENT, proof));
}

/** noteProof - what has become of it so far; one that has left meanwhile stays away. False: a full disk took the note, and nothing else. */
export function noteProof(proof: Proof): Promise<boolean> {
	return fits(async () => {
		const transaction = (await database()).transaction("kept", "readwrite", STRICT);
		if (await transaction.store.getKey(proofName(ABOUT, proof))) {
			await transaction.store.put(proof, proofName(ABOUT, proof));
		}
		await transaction.done;
	});
}

/** dropProof - the server has all of it, or a person has seen that it never will. Needs no room on the disk. */
export async function dropProof(proof: Proof): Promise<void> {
	const transaction = (await database()).transaction("kept", "readwrite", STRICT);
	await transaction.store.delete(proofName(ABOUT, proof));
	await transaction.store.delete(proofName(CONTENT, proof));
	await transaction.done;
}

/*
 * Of a full disk nothing can be asked but to forget. What was answered then is told until the page is closed; what was
 * refused is refused again when it is asked again.
 */
const unwritten = { refused: new Map<number, Waiting>(), answered: [] as Answered[] };

export async function waiting(account?: string): Promise<Waiting[]> {
	const all = (await (await database()).getAll("waiting")).map((scan) => unwritten.refused.get(scan.seq as number) ?? scan);
	return account === undefined ? all : all.filter((scan) => scan.account === account);
}

/** unsent - how much of all accounts waits here, at one moment; @oldest: when the first event was recorded, "" without one. */
export async function unsent(): Promise<{ unsent: number; oldest: string; proofs: number }> {
	const transaction = (await database()).transaction(["waiting", "kept"]);
	const queue = transaction.objectStore("waiting");
	const [count, [first], pictures] = await Promise.all([queue.count(), queue.getAll(null, 1), transaction.objectStore("kept").count(PROOFS)]);
	return { unsent: count, oldest: first?.occurred_at ?? "", proofs: pictures };
}

/* The sender must get on without any room: false when there was none for @write. */
async function fits(write: () => Promise<void>): Promise<boolean> {
	try {
		await write();
		return true;
	} catch (error) {
		if ((error as DOMException).name !== "QuotaExceededError") {
			throw error;
		}
		return false;
	}
}

/** settle - the server has answered for it: out of the queue and into the list of answers, in one transaction. */
export async function settle(scan: Waiting, answer: Omit<Answered, "seq">): Promise<void> {
	const line = { ...answer, seq: scan.seq as number };
	const isKept = await fits(async () => {
		const transaction = (await database()).transaction(["waiting", "answered"], "readwrite", STRICT);
		await transaction.objectStore("waiting").delete(line.seq);
		await transaction.objectStore("answered").put(line);
		await transaction.done;
	});
	if (!isKept) {
		await (await database()).delete("waiting", line.seq);
		unwritten.answered.push(line);
	}
	await dropOldAnswers();
}

async function dropOldAnswers(): Promise<void> {
	const transaction = (await database()).transaction("answered", "readwrite");
	let extra = (await transaction.store.count()) - ANSWERED_MAX;
	for (let cursor = extra > 0 ? await transaction.store.openCursor() : null; cursor && extra > 0; extra--) {
		await cursor.delete();
		cursor = await cursor.continue();
	}
	await transaction.done;
}

/** fail - the server will never take it as it is; it stays until a person looks at it. */
export async function fail(scan: Waiting, problem: string, error = "", member = ""): Promise<void> {
	const failed: Waiting = { ...scan, state: "failed", problem, error, member };
	const isKept = await fits(async () => {
		const transaction = (await database()).transaction("waiting", "readwrite", STRICT);
		await transaction.store.put(failed);
		await transaction.done;
	});
	if (!isKept) {
		unwritten.refused.set(scan.seq as number, failed);
	}
}

/** drop - a person has seen a failed one and takes it off, with its pictures, which nobody speaks of then; not for those that wait. */
export async function drop(scan: Waiting): Promise<void> {
	if (scan.state === "failed") {
		await (await database()).delete("waiting", scan.seq as number);
		for (const proof of (await proofs(scan.account)).filter(({ event_id }) => event_id === scan.event_id)) {
			await dropProof(proof);
		}
	}
}

/** answered - the last first, of one account: a counter's PC is shared. */
export async function answered(account?: string): Promise<Answered[]> {
	const all = [...(await (await database()).getAll("answered")), ...unwritten.answered];
	return all.filter((line) => line.account === account).reverse();
}

export async function keep(name: string, value: unknown): Promise<void> {
	await (await database()).put("kept", value, name);
}

export async function kept<T>(name: string): Promise<T | undefined> {
	return (await (await database()).get("kept", name)) as T | undefined;
}

export async function unkeep(name: string): Promise<void> {
	await (await database()).delete("kept", name);
}

/** keptNames - all that begin so, in their order. */
export async function keptNames(prefix: string): Promise<string[]> {
	return (await database()).getAllKeys("kept", IDBKeyRange.bound(prefix, `${prefix}\uffff`));
}
