/** ServerEvent - one of a stream of server-sent events; @id: of the last that had one. */
export interface ServerEvent {
	id: string;
	event: string;
	data: string;
}

/**
 * EventReader - takes the text of a stream apart, however it comes in pieces. The browser's own EventSource cannot say who
 * asks, so the stream is read with fetch().
 */
export class EventReader {
	private rest = "";
	private id: string;
	private event = "";
	private data: string[] = [];

	constructor(last = "") {
		this.id = last;
	}

	feed(text: string): ServerEvent[] {
		const lines = (this.rest + text).split("\n");
		this.rest = lines.pop() ?? "";
		return lines.flatMap((line) => this.take(line.replace(/\r$/, "")));
	}

	private take(line: string): ServerEvent[] {
		if (line === "") {
			const made = { id: this.id, event: this.event || "message", data: this.data.join("\n") };
			const whole = this.data.length > 0;
			this.event = "";
			this.data = [];
			return whole ? [made] : [];
		}
		const colon = line.indexOf(":");
		const name = colon < 0 ? line : line.slice(0, colon);
		const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
		switch (name) {
			case "id":
				this.id = value;
				break;
			case "event":
				this.event = value;
				break;
			case "data":
				this.data.push(value);
				break;
			default: // a comment, a heartbeat, or what is not known here
		}
		return [];
	}
}
