import { ask, Problem } from "../base/call";
import { isRefusal, type Road } from "../queue/sender";
import { dropProof, noteProof, type Proof, proofContent, proofs } from "../queue/store";
import { t } from "../words/words";
import { sha256Of } from "./picture";

/*
 * Pictures to the server, by their SHA-256, beside the events and never before them in anybody's way. What is there is
 * asked first and the rest is sent in parts, so a picture that was cut off goes on where it was, and one whose answer was
 * lost is not sent twice. It leaves the phone only when the server has said that it has all of it.
 */
const PART_BYTES = 64 * 1024; // a second of a slow network; four times the least that the server takes
const PART_DEADLINE_MS = 60_000;

/* A proxy's page has no such headers: from it nothing follows. */
async function askProgress(path: string, total: number): Promise<number> {
	const { headers } = await ask("HEAD", path, undefined);
	const have = Number(headers.get("Upload-Offset") ?? "none");
	const isComplete = headers.get("Upload-Complete") === "?1";
	if (!Number.isInteger(have) || have > total || isComplete !== (have === total)) {
		throw new Problem("bad_answer", 0, "");
	}
	return have;
}

async function sendPart(path: string, proof: Proof, content: ArrayBuffer, from: number): Promise<number> {
	const to = Math.min(from + PART_BYTES, proof.bytes);
	const reply = await ask("PUT", path, new Blob([content.slice(from, to)], { type: proof.media }), PART_DEADLINE_MS,
		{ "Content-Range": `bytes ${from}-${to - 1}/${proof.bytes}` });
	const { sha256, bytes, complete } = (await reply.json().catch(() => ({}))) as { sha256?: string; bytes?: number; complete?: boolean };
	if (sha256 !== proof.sha256 || !Number.isInteger(bytes) || (bytes as number) <= from || complete !== (bytes === proof.bytes)) {
		throw new Problem("bad_answer", 0, "");
	}
	return bytes as number;
}

async function send(proof: Proof, content: ArrayBuffer, moved: () => void): Promise<void> {
	const path = `/v1/proofs/${proof.sha256}`;
	let have = await askProgress(path, proof.bytes);
	while (have < proof.bytes) {
		have = await sendPart(path, proof, content, have);
		await noteProof({ ...proof, sent: have });
		moved();
	}
	await dropProof(proof);
}

/* What the server will never take as it is, in words, with what to do; "" when it is worth another try. */
function refusalOf(error: unknown): string {
	if (!isRefusal(error) || error.token === "proof_offset" || error.token === "proof_hash") {
		return ""; // the parts that are there do not fit: they are asked for anew
	}
	return t("proof.refused", { why: error.detail });
}

/* True: settled, and not to be asked for again. */
async function sendOne(proof: Proof, moved: () => void): Promise<boolean> {
	const content = await proofContent(proof);
	if (!content || (await sha256Of(content)) !== proof.sha256) {
		return noteProof({ ...proof, state: "failed", problem: t("proof.damaged") });
	}
	try {
		await send(proof, content, moved);
		return true;
	} catch (error) {
		const problem = refusalOf(error);
		if (!problem) {
			throw error;
		}
		return noteProof({ ...proof, state: "failed", problem });
	}
}

/* Without a network or a session there is none for the next one either. */
function endsAll(error: unknown): boolean {
	return !(error instanceof Problem) || error.token === "network" || error.status === 401;
}

async function sendOnce(account: string, moved: () => void): Promise<number> {
	let settled = 0;
	let problem: unknown = null;
	for (const proof of (await proofs(account)).filter(({ state }) => state === "waiting")) {
		try {
			settled += Number(await sendOne(proof, moved));
			moved();
		} catch (error) {
			problem ??= error;
			if (endsAll(error)) {
				break;
			}
		}
	}
	if (problem) {
		throw problem;
	}
	return settled;
}

export const proofRoad: Road = {
	lock: "hoso-send-proofs",
	sendOnce,
	isLeft: async (account) => (await proofs(account)).some(({ state }) => state === "waiting"),
};
