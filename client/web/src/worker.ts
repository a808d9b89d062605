/// <reference lib="webworker" />
/*
 * Keeps the page for hours without a network. The page itself is asked for anew whenever there is one; what has its
 * content in its name never changes. The API is never kept.
 */
declare const self: ServiceWorkerGlobalScope;
declare const KEPT: string[];
declare const VERSION: string;

const CACHE = `hoso-${VERSION}`;

self.addEventListener("install", (event) => {
	event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(KEPT)));
	void self.skipWaiting(); // the queue is in IndexedDB, whose shape both versions know
});

self.addEventListener("activate", (event) => {
	event.waitUntil((async () => {
		for (const name of await caches.keys()) {
			if (name.startsWith("hoso-") && name !== CACHE) {
				await caches.delete(name);
			}
		}
		await self.clients.claim();
	})());
});

async function pageOf(request: Request): Promise<Response> {
	try {
		const reply = await fetch(request);
		return reply.ok ? reply : ((await caches.match("/")) ?? reply);
	} catch {
		return (await caches.match("/")) ?? Response.error();
	}
}

/* What is loaded later, as the decoder, is kept from its first use on. */
async function kept(request: Request): Promise<Response> {
	const known = await caches.match(request);
	if (known) {
		return known;
	}
	const reply = await fetch(request);
	if (reply.ok && reply.status === 200) {
		await (await caches.open(CACHE)).put(request, reply.clone());
	}
	return reply;
}

self.addEventListener("fetch", (event) => {
	const url = new URL(event.request.url);
	if (event.request.method !== "GET" || url.origin !== self.location.origin || url.pathname.startsWith("/v1/")) {
		return;
	}
	if (event.request.mode === "navigate" && url.pathname !== "/") {
		return; // another page, such as the public one, which this one must never stand in for
	}
	if (event.request.mode === "navigate") {
		event.respondWith(pageOf(event.request));
	} else if (KEPT.includes(url.pathname) || url.pathname.startsWith("/assets/")) {
		event.respondWith(kept(event.request));
	}
});

export {};
