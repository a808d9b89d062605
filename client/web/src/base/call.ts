/** Problem - what the server said instead of an answer (RFC 9457), or that it did not answer: token "network". */
export class Problem extends Error {
	constructor(
		readonly token: string,
		readonly status: number,
		readonly detail: string,
		readonly retryAfterS = 0,
		readonly member = "", // of what was sent, when one of them is wrong
		readonly next: unknown = null, // what may be had instead
		readonly report: unknown = null, // of a file: what became of its lines
	) {
		super(detail);
	}
}

/** atItsBox - @detail without the name of the member that the server puts behind it: it is shown where that stands. */
export function atItsBox(detail: string, member: string): string {
	const name = ` (${member})`;
	return member && detail.endsWith(name) ? detail.slice(0, -name.length) : detail;
}

const DEADLINE_MS = 20_000;

let language = "vi";
let token = "";

export function setCaller(newToken: string, newLanguage: string): void {
	token = newToken;
	language = newLanguage;
}

async function readProblem(reply: Response): Promise<Problem> {
	let body: { error?: string; detail?: string; member?: string; next?: unknown; report?: unknown } = {};
	try {
		body = await reply.json();
	} catch {
		// A proxy's page, not ours: the status says enough.
	}
	return new Problem(body.error ?? `http_${reply.status}`, reply.status, body.detail ?? reply.statusText,
		Number(reply.headers.get("Retry-After") ?? 0), body.member ?? "", body.next ?? null, body.report ?? null);
}

/** ask - as call(), for who wants more of the reply than its body, or says more than a body. Throws Problem. */
export async function ask(method: string, path: string, body: unknown, deadlineMs = DEADLINE_MS, more: Record<string, string> = {}): Promise<Response> {
	const headers: Record<string, string> = { "Accept-Language": language, ...more };
	if (token) {
		headers.Authorization = `Bearer ${token}`;
	}
	const isFile = body instanceof Blob;
	if (body !== undefined) {
		headers["Content-Type"] = isFile ? body.type : "application/json";
	}
	const stop = new AbortController();
	const timer = setTimeout(() => stop.abort(), deadlineMs);
	let reply: Response;
	try {
		reply = await fetch(path, { method, headers, body: body === undefined || isFile ? (body as Blob | undefined) : JSON.stringify(body),
			signal: stop.signal, cache: "no-store" });
	} catch {
		throw new Problem("network", 0, "");
	} finally {
		clearTimeout(timer);
	}
	if (!reply.ok) {
		throw await readProblem(reply);
	}
	return reply;
}

/** deviceTime - what this device's clock shows, beside the times it claims; taken anew whenever they are sent. */
export function deviceTime(): Record<string, string> {
	return { "Hoso-Device-Time": new Date().toISOString() };
}

/** call - one request of the API; @path from "/v1/…"; @body: a file as it is, anything else as JSON. Throws Problem. */
export async function call<T>(method: string, path: string, body?: unknown, deadlineMs = DEADLINE_MS, more: Record<string, string> = {}): Promise<T> {
	const reply = await ask(method, path, body, deadlineMs, more);
	return (reply.status === 204 ? undefined : await reply.json()) as T;
}

/** fetchFile - a file that only this session may have, which no link could ask for. Throws Problem. */
export async function fetchFile(path: string, deadlineMs: number): Promise<Blob> {
	const reply = await ask("GET", path, undefined, deadlineMs);
	try {
		return await reply.blob();
	} catch {
		throw new Problem("network", 0, "");
	}
}

/** openStream - a reply that goes on, from the event after @last; its body is the caller's to read. Throws Problem. */
export async function openStream(path: string, last: string, signal: AbortSignal): Promise<Response> {
	const headers: Record<string, string> = { "Accept-Language": language, Accept: "text/event-stream", Authorization: `Bearer ${token}` };
	if (last) {
		headers["Last-Event-ID"] = last;
	}
	let reply: Response;
	try {
		reply = await fetch(path, { headers, signal, cache: "no-store" });
	} catch {
		throw new Problem("network", 0, "");
	}
	if (!reply.ok) {
		throw await readProblem(reply);
	}
	return reply;
}
