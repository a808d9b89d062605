import { useEffect, useState } from "preact/hooks";
import { state } from "../app";
import { call } from "../base/call";
import { showItemCode } from "../base/item_code";
import { errorWords } from "../words/errors";
import { label } from "../words/labels";
import { showAge, showTime, t, type Word } from "../words/words";
import { wordsOf } from "./sign_in";

/* How things stand on the road to the portal, asked again and again while somebody looks on. */
interface Oldest {
	dossier_code: string | null;
	item_code: string;
	kind: string;
	created_at: string;
	age_s: number;
	last_error: string | null;
	answer: string | null;
}

interface Sum {
	count: number;
	oldest: Oldest | null;
}

interface Counts {
	waiting: Sum;
	blocked: Sum;
	dead: Sum;
	partial: boolean;
	road: { state: "open" | "closed" | "partly" | "none" | "unknown"; closed_since: string | null; closed_by: string | null };
}

const AGAIN_MS = 10_000;

function useCounts(turn: number) {
	const [counts, setCounts] = useState<Counts | null>(null);
	const [at, setAt] = useState("");
	const [problem, setProblem] = useState("");
	useEffect(() => {
		let isWanted = true;
		const ask = () => void call<Counts>("GET", "/v1/outbox/counts").then((now) => {
			if (isWanted) {
				setCounts(now);
				setAt(new Date().toISOString());
				setProblem("");
			}
		}, (error) => isWanted && setProblem(wordsOf(error)));
		ask();
		const timer = setInterval(() => document.visibilityState === "visible" && ask(), AGAIN_MS);
		return () => {
			isWanted = false;
			clearInterval(timer);
		};
	}, [turn]);
	return { counts, at, problem };
}

function Road({ road }: Pick<Counts, "road">) {
	const isBad = road.state === "closed" || road.state === "partly" || road.state === "unknown";
	return (
		<p class={isBad ? "late" : "quiet"} role="status">
			<strong>{t(`portal_road.${road.state}` as Word)}</strong>{" "}
			{road.closed_since && <>{t("portal.closed_since", { time: showTime(road.closed_since), why: road.closed_by ? errorWords(road.closed_by) : "" })} {t("portal.nothing_lost")}</>}
		</p>
	);
}

function Tile({ name, value, isBad }: { name: Word; value: string; isBad: boolean }) {
	return <div class={isBad ? "tile bad" : "tile"}><dt>{t(name)}</dt><dd><strong>{value}</strong></dd></div>;
}

function OldestLine({ oldest, name }: { oldest: Oldest | null; name: Word }) {
	return oldest && (
		<p>
			{t(name, { age: showAge(oldest.age_s), time: showTime(oldest.created_at) })}{" "}
			<a href={`#/dossier/${encodeURIComponent(oldest.item_code)}`}>{oldest.dossier_code ?? showItemCode(oldest.item_code)}</a> · {label("events", oldest.kind)}
			{(oldest.last_error || oldest.answer) && <> · {[oldest.last_error && errorWords(oldest.last_error), oldest.answer].filter(Boolean).join(" ")}</>}
		</p>
	);
}

/** Standing - @turn: another one asks at once. */
export function Standing({ turn }: { turn: number }) {
	const { counts, at, problem } = useCounts(turn);
	if (!counts) {
		return <p class={problem ? "problem" : "quiet"} role="status">{problem || t("loading")}</p>;
	}
	const { waiting, blocked, dead, partial, road } = counts;
	const many = ({ count }: Sum) => `${count.toLocaleString(state.language)}${partial ? "+" : ""}`;
	return (
		<>
			{problem && <p class="problem" role="alert">{problem} {t("board.as_of", { time: showTime(at) })}</p>}
			<Road road={road} />
			<dl class="tiles">
				<Tile name="portal.lag" value={waiting.oldest ? showAge(waiting.oldest.age_s) : t("portal.no_lag")} isBad={(waiting.oldest?.age_s ?? 0) >= 3600} />
				<Tile name="portal.waiting" value={many(waiting)} isBad={false} />
				<Tile name="portal.blocked" value={many(blocked)} isBad={blocked.count > 0} />
				<Tile name="portal.dead" value={many(dead)} isBad={dead.count > 0} />
			</dl>
			<OldestLine name="portal.oldest" oldest={waiting.oldest} />
			<OldestLine name="portal.oldest_blocked" oldest={blocked.oldest} />
			{partial && <p class="quiet">{t("portal.partial")}</p>}
		</>
	);
}
