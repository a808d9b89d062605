'use strict';
// Reads streams from stdin, each behind its length (four bytes, little-endian), and writes a line for each: the whole
// requests that node's own server made of it, as JSON [[method, target, base64 of the body], …]. The wire is memory.
const http = require('http');
const {Duplex} = require('stream');
const {readFileSync} = require('fs');

const QUIET_TURNS = 3; // of the event loop, after which nothing more will come of the bytes

class Wire extends Duplex {
	constructor() {
		super({autoDestroy: true});
		this.requests = [];
		this.events = 0;
	}

	_read() {}

	_write(chunk, encoding, done) {
		this.events++;
		done();
	}
}

const server = http.createServer({insecureHTTPParser: false, requestTimeout: 0, headersTimeout: 0, keepAliveTimeout: 0});

server.on('request', (request, response) => {
	const wire = request.socket;
	const entry = {request, parts: [], whole: false};

	wire.requests.push(entry);
	wire.events++;
	request.on('data', (part) => entry.parts.push(part));
	request.on('end', () => {
		entry.whole = request.complete;
		wire.events++;
		response.end();
	});
});
server.on('clientError', () => {}); // what came before it is still told

const turn = () => new Promise(setImmediate);

async function judge(bytes) {
	const wire = new Wire();

	wire.on('error', () => {});
	server.emit('connection', wire);
	for (const piece of [bytes.subarray(0, bytes.length >> 1), bytes.subarray(bytes.length >> 1)]) {
		wire.push(piece); // where it is cut must make no difference
		await turn();
	}
	for (let quiet = 0, seen = -1; quiet < QUIET_TURNS; quiet = seen === wire.events ? quiet + 1 : 0) {
		seen = wire.events;
		await turn();
	}
	const whole = wire.requests.filter((entry) => entry.whole);
	wire.destroy();
	return whole.map(({request, parts}) => [request.method, request.url, Buffer.concat(parts).toString('base64')]);
}

async function main() {
	const all = readFileSync(0);
	const lines = [];

	for (let at = 0; at < all.length;) {
		const length = all.readUInt32LE(at);
		lines.push(JSON.stringify(await judge(all.subarray(at + 4, at + 4 + length))));
		at += 4 + length;
	}
	process.stdout.write(lines.join('\n') + '\n', () => process.exit(0));
}

main();
