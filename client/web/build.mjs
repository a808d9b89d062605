// Bundles the page into a folder that the daemon loads into memory: every file is named in assets.list.
//   node build.mjs OUTPUT OPENAPI DEPFILE DEPFILE_TARGET SOURCE INCLUDE
import { build } from "esbuild";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const [output, openapi, depfile, target, source, include] = process.argv.slice(2);
const FOREVER = "public, max-age=31536000, immutable"; // the name changes with the bytes
const ASK = "no-cache";
const AN_HOUR = "public, max-age=3600"; // the daemon, which names it, does not know its content
const SMALLEST_COMPRESSED = 600; // bytes; below, the head of the reply is all that counts
const list = [];

function put(path, name, type, cache, bytes) {
	const data = Buffer.from(bytes);
	writeFileSync(join(output, name), data);
	if (data.length >= SMALLEST_COMPRESSED) {
		const brotli = { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } };
		writeFileSync(join(output, `${name}.br`), brotliCompressSync(data, brotli));
		writeFileSync(join(output, `${name}.gz`), gzipSync(data, { level: 9 }));
	}
	list.push([path, name, type, cache].join("\t"));
}

const COMMON = { bundle: true, minify: true, write: false, target: "es2020", format: "esm", jsx: "automatic", jsxImportSource: "preact",
	charset: "utf8", legalComments: "none", external: ["/assets/*"] };

async function bundle(entry, more = {}) {
	const result = await build({ ...COMMON, entryPoints: [entry], ...more });
	return { text: result.outputFiles[0].text };
}

/* The page's script, and the files of the screens that come later; all named by their content. */
async function bundleApp(define) {
	const result = await build({ ...COMMON, entryPoints: { app: "src/main.tsx" }, splitting: true, outdir: "assets", entryNames: "[name]-[hash]",
		chunkNames: "part-[hash]", define, plugins: [contract] });
	const files = result.outputFiles.map(({ path, text }) => ({ name: basename(path), text }));
	const app = files.find(({ name }) => name.startsWith("app-"));
	const imported = (text) => Array.from(text.matchAll(/(?:from|import)"\.\/([^"]+)"/g), ([, name]) => name);
	const first = new Set(imported(app.text)); // what it cannot begin without: the browser is told before it has read it
	first.forEach((name) => imported(files.find((file) => file.name === name).text).forEach((more) => first.add(more)));
	return { app, parts: files.filter((file) => file !== app), first: [...first] };
}

// The words of the contract's tables (events, verdicts, states, kinds, reasons) stand in its headers, and only there.
function labels() {
	const tables = {};
	for (const header of ["dossier_status.h", "event.h", "leg.h", "reason.h", "role.h", "visit.h"]) {
		const text = readFileSync(join(include, header), "utf8");
		for (const [, table, rows] of text.matchAll(/#define HOSO_(\w+)\(X\)((?:.*\\\n)*.*)/g)) {
			tables[table.toLowerCase()] = Object.fromEntries(
				Array.from(rows.matchAll(/X\(\w+, "([^"]+)",.*"([^"]+)"\)/g), ([, wire, label]) => [wire, label]));
		}
	}
	return tables;
}

/* Errors have a sentence in both languages there. */
function errors() {
	const rows = readFileSync(join(include, "error.h"), "utf8").matchAll(/X\(HOSO_\w+, "(\w+)", .*?, "((?:[^"\\]|\\.)*)", "((?:[^"\\]|\\.)*)"\)/g);
	return Object.fromEntries(Array.from(rows, ([, token, vi, en]) => [token, { vi: JSON.parse(`"${vi}"`), en: JSON.parse(`"${en}"`) }]));
}

/* The page's own files that a browser must have first: what main.tsx imports, and what that imports. */
function firstFiles(path = "src/main.tsx", known = new Set()) {
	const found = [path, `${path}.ts`, `${path}.tsx`].find((name) => statSync(name, { throwIfNoEntry: false })?.isFile());
	if (found && !known.has(found)) {
		known.add(found);
		const text = readFileSync(found, "utf8");
		Array.from(text.matchAll(/^(?:import|export) .*?from "(\.[^"]+)";$/gms), ([, name]) => firstFiles(join(found, "..", name), known));
	}
	return known;
}

/* Sentences that none of them asks for, by name or by what its name begins with, come with the screens that do. */
function words() {
	const text = [...firstFiles()].filter((name) => !name.endsWith(".json")).map((name) => readFileSync(name, "utf8")).join("\n");
	const begun = new Set(Array.from(text.matchAll(/`([a-z_]+)\.\$|word\("([a-z_]+)"/g), ([, one, other]) => one ?? other));
	const all = Object.entries(JSON.parse(readFileSync("src/words/vi.json", "utf8")));
	const isFirst = ([key]) => text.includes(`"${key}"`) || text.includes("`" + key + "`") || begun.has(key.split(".")[0]);
	return { first: Object.fromEntries(all.filter(isFirst)), later: Object.fromEntries(all.filter((entry) => !isFirst(entry))) };
}

/* Modules that the build makes: only the screens that ask for them carry them. */
const made = { "contract:errors": errors, "words:first": () => words().first, "words:later": () => words().later };
const contract = {
	name: "contract",
	setup({ onResolve, onLoad }) {
		onResolve({ filter: /^(contract|words):/ }, ({ path }) => ({ path, namespace: "made" }));
		onResolve({ filter: /\/vi\.json$/ }, () => ({ path: "words:first", namespace: "made" }));
		onLoad({ filter: /./, namespace: "made" }, ({ path }) => ({ contents: JSON.stringify(made[path]()), loader: "json" }));
	},
};

function named(stem, extension, text) {
	return `${stem}-${createHash("sha256").update(text).digest("hex").slice(0, 12)}.${extension}`;
}

rmSync(output, { recursive: true, force: true });
mkdirSync(output, { recursive: true });

// The decoder is large and only for phones whose browser has none: a file of its own, loaded when it is needed.
const wasm = readFileSync("node_modules/zxing-wasm/dist/reader/zxing_reader.wasm");
const wasm_name = named("zxing", "wasm", wasm);
const decoder = await bundle("src/scan/decoder.ts", { define: { WASM: JSON.stringify(`/assets/${wasm_name}`) } });
const decoder_name = named("decoder", "js", decoder.text);
const { app, parts, first } = await bundleApp({ LABELS: JSON.stringify(labels()), DECODER: JSON.stringify(`/assets/${decoder_name}`) });
const style = await bundle("src/style.css");
const style_name = named("style", "css", style.text);
const page = readFileSync("src/index.html", "utf8").replace("APP.JS", app.name)
	.replace("<!-- FIRST -->", first.map((name) => `<link rel="modulepreload" href="/assets/${name}">`).join("\n")).replace("STYLE.CSS", style_name);
const kept = ["/", ...[app, ...parts].map(({ name }) => `/assets/${name}`), `/assets/${style_name}`, "/icon.svg", "/manifest.webmanifest"];
const version = createHash("sha256").update(page).digest("hex").slice(0, 12);
const worker = await bundle("src/worker.ts",
	{ define: { KEPT: JSON.stringify(kept), VERSION: JSON.stringify(version) }, format: "iife" });

put("/", "index.html", "text/html; charset=utf-8", ASK, page);
for (const { name, text } of [app, ...parts]) {
	put(`/assets/${name}`, name, "text/javascript; charset=utf-8", FOREVER, text);
}
put(`/assets/${decoder_name}`, decoder_name, "text/javascript; charset=utf-8", FOREVER, decoder.text);
put(`/assets/${wasm_name}`, wasm_name, "application/wasm", FOREVER, wasm);
put(`/assets/${style_name}`, style_name, "text/css; charset=utf-8", FOREVER, style.text);
put("/worker.js", "worker.js", "text/javascript; charset=utf-8", ASK, worker.text);
put("/icon.svg", "icon.svg", "image/svg+xml", ASK, readFileSync("src/icon.svg"));
put("/manifest.webmanifest", "manifest.webmanifest", "application/manifest+json", ASK, readFileSync("src/manifest.webmanifest"));
put("/public.css", "public.css", "text/css; charset=utf-8", AN_HOUR, (await bundle("src/public.css")).text);
put("/openapi.yaml", basename(openapi), "application/yaml; charset=utf-8", ASK, readFileSync(openapi));
writeFileSync(join(output, "assets.list"), `${list.join("\n")}\n`);

const inputs = readdirSync("src", { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
	.map((entry) => join(source, entry.path ?? entry.parentPath, entry.name));
writeFileSync(depfile, `${target}: ${[...inputs, openapi, ...readdirSync(include).map((name) => join(include, name))].join(" ")}\n`);
