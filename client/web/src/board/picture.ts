import type { ServerEvent } from "../base/events";

export interface Counts {
	taken_in: number;
	handed_over: number;
	waiting: number;
	late: number;
	portal_waiting: number;
	portal_oldest_at: string | null;
	partial: boolean;
}

export interface Handover {
	id: string;
	item_code: string;
	kind: string;
	occurred_at: string;
	office: { code: string; name: string };
}

export interface Board {
	counts: Counts;
	handovers: Handover[];
}

/** Picture - what is shown. @road: how it comes; @at: when it was last known to be so; @detail: why it does not come. */
export interface Picture {
	board: Board | null;
	road: "opening" | "live" | "poll" | "away";
	at: number;
	detail: string;
}

export const NOTHING: Picture = { board: null, road: "opening", at: 0, detail: "" };
const SHOWN_MAX = 20;

/** apply - the picture after one event. Pure. An event that is not known changes nothing. */
export function apply(picture: Picture, { event, data }: ServerEvent, now: number): Picture {
	const come: Picture = { ...picture, road: "live", at: now, detail: "" };
	const { board } = picture;
	switch (event) {
		case "board":
			return { ...come, board: JSON.parse(data) as Board };
		case "counts":
			return { ...come, board: board && { ...board, counts: JSON.parse(data) as Counts } };
		case "handover": {
			const more = JSON.parse(data) as Handover;
			const others = board?.handovers.filter(({ id }) => id !== more.id) ?? [];
			return { ...come, board: board && { ...board, handovers: [more, ...others].slice(0, SHOWN_MAX) } };
		}
		case "away":
			return { ...picture, road: "away" };
		default:
			return picture;
	}
}
