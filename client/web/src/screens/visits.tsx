import { useEffect, useRef, useState } from "preact/hooks";
import { state } from "../app";
import { call } from "../base/call";
import { showClock, today } from "../base/day";
import { showItemCode } from "../base/item_code";
import { uuid7 } from "../base/uuid7";
import { keep, kept, keptNames, unkeep, waiting } from "../queue/store";
import { label } from "../words/labels";
import { showTime, t, type Word, word } from "../words/words";
import { type At, Rows } from "./long_list";
import { wordsOf } from "./sign_in";

/*
 * A courier's day: what was said last is kept on the phone for the hours without a network, and only that day's. A change
 * has its id made once, so however often it is pressed without an answer it is one change.
 */
interface Visit {
	id: string;
	kind: string;
	state: string;
	window_from: string;
	window_to: string;
	person: { name: string; phone: string | null; address: string | null };
	procedures: string[];
	dossiers: string[];
	items: { code: string; way: "pickup" | "return"; scanned: boolean }[];
	note: string | null;
	missed: boolean;
}

interface Delivery {
	item_code: string;
	kind: string;
	name: string | null;
	phone: string | null;
	address: string | null;
	collect: number;
	attempts: number;
}

interface Day {
	day: string;
	visits: Visit[];
	deliveries?: Delivery[]; // what an older page has kept has none
}

interface Kept {
	body: Day;
	atMs: number;
}

const ENDS_A_ROUND = ["delivered", "delivery_failed", "returned"];
const NEXT: Record<string, "start" | "arrive" | "done"> = { assigned: "start", started: "arrive", arrived: "done" };

/* Citizens' data of days that are over does not stay. */
async function dropOld(prefix: string): Promise<void> {
	for (const name of await keptNames(prefix)) {
		if (name.slice(prefix.length) < today()) {
			await unkeep(name);
		}
	}
}

function useDay(day: string) {
	const [known, setKnown] = useState<Kept | null>(null);
	const [problem, setProblem] = useState("");
	const prefix = `visits/${state.session?.account ?? ""}/`;
	const load = async () => {
		try {
			const now = { body: await call<Day>("GET", `/v1/visits/mine?day=${day}`), atMs: Date.now() };
			setKnown(now);
			setProblem("");
			await keep(prefix + day, now).catch(() => undefined); // a full disk takes a comfort away, and nothing else
		} catch (error) {
			const before = await kept<Kept>(prefix + day);
			setKnown(before ?? null);
			setProblem(before ? t("visits.old", { time: showTime(new Date(before.atMs).toISOString()) }) : wordsOf(error));
		}
	};
	useEffect(() => void dropOld(prefix).then(load), [day]);
	return { known, problem, load };
}

/** Things - what is to be fetched and brought, and which of it has been scanned. */
export function Things({ visit }: { visit: Pick<Visit, "items" | "dossiers"> }) {
	const lines: [Word, string[]][] = [
		...(["pickup", "return"] as const).map((way): [Word, string[]] => [`visits.things_${way}`, visit.items.filter((item) => item.way === way).map(({ code, scanned }) => `${showItemCode(code)}${scanned ? " ✓" : ""}`)]),
		["visits.things_dossiers", visit.dossiers],
	];
	return <>{lines.filter(([, codes]) => codes.length > 0).map(([name, codes]) => <p key={name}>{t(name)}: <span class="codes">{codes.join(", ")}</span></p>)}</>;
}

function VisitCard({ at, visit, act }: { at: At; visit: Visit; act: (visit: Visit, action: string) => void }) {
	const next = NEXT[visit.state];
	return (
		<article {...at}>
			<h2>{showClock(visit.window_from)}–{showClock(visit.window_to)} · {visit.person.name}</h2>
			<p><strong>{word("visit_state", visit.state)}</strong> · {word("visit_kind", visit.kind)}{visit.missed && <strong class="late"> · {t("what.missed_visit")}</strong>}</p>
			<p>{visit.person.address} {visit.person.phone && <a href={`tel:${visit.person.phone}`}>{visit.person.phone}</a>}</p>
			{visit.note && <p>{visit.note}</p>}
			<Things visit={visit} />
			<div class="thumbs">
				{next && <button type="button" class="main" aria-label={`${t(`visits.${next}`)}: ${visit.person.name}`} onClick={() => act(visit, next)}>{t(`visits.${next}`)}</button>}
				{visit.state === "arrived" && visit.kind !== "return" && <a class="button" href="#/intake">{t("visits.intake")}</a>}
			</div>
		</article>
	);
}

/* Recorded here, whether it has been sent or not: the list is the server's, and may be hours old. */
function useRecorded(list: Day | undefined): Set<string> {
	const [codes, setCodes] = useState<Set<string>>(new Set());
	useEffect(() => void waiting(state.session?.account).then((all) => setCodes(new Set(all.filter((line) => line.state === "waiting" && ENDS_A_ROUND.includes(line.kind)).map(({ code }) => code))),
		() => undefined), [list, state.unsent]);
	return codes;
}

function DeliveryCard({ at, delivery, isRecorded }: { at: At; delivery: Delivery; isRecorded: boolean }) {
	const { item_code, kind, name, phone, address, collect, attempts } = delivery;
	return (
		<article {...at}>
			<h3>{name ?? t("visits.no_name")} · <span class="code">{showItemCode(item_code)}</span></h3>
			<p>{address} {phone && <a href={`tel:${phone}`}>{phone}</a>}</p>
			<p>
				{label("leg_kinds", kind)}{collect > 0 && <strong> · {t("courier.collect", { amount: new Intl.NumberFormat("vi-VN").format(collect) })}</strong>}
				{attempts > 0 && ` · ${t("visits.attempts", { n: attempts })}`}
			</p>
			{isRecorded ? <p><strong>{t("visits.recorded_here")}</strong></p>
				: <p class="thumbs"><a class="button" href={`#/courier/${encodeURIComponent(item_code)}`} aria-label={`${t("visits.deliver")}: ${showItemCode(item_code)}`}>{t("visits.deliver")}</a></p>}
		</article>
	);
}

export function Visits() {
	const [day, setDay] = useState(today);
	const { known, problem, load } = useDay(day);
	const [refused, setRefused] = useState("");
	const recorded = useRecorded(known?.body);
	const deliveries = known?.body.deliveries ?? [];
	const ids = useRef(new Map<string, string>());
	const act = async (visit: Visit, action: string) => {
		const name = `${visit.id} ${visit.state} ${action}`;
		const id = ids.current.get(name) ?? uuid7();
		ids.current.set(name, id);
		try {
			await call("POST", `/v1/visits/${visit.id}/changes`, { id, action });
			setRefused("");
			await load();
		} catch (error) {
			setRefused(t("visits.not_recorded", { why: wordsOf(error) }));
		}
	};
	return (
		<>
			<h1>{t("visits.title")}</h1>
			<div class="row"><label>{t("visits.day")}<input type="date" required value={day} onChange={(event) => event.currentTarget.value && setDay(event.currentTarget.value)} /></label></div>
			<p class="problem" role="alert">{refused || problem}</p>
			{known?.body.visits.length === 0 && <p class="empty">{t("visits.empty")}</p>}
			{known && known.body.visits.length > 0 && <Rows in="div" items={known.body.visits} keyOf={({ id }) => id} row={(visit, at) => <VisitCard at={at} visit={visit} act={act} />} />}
			{known && <h2>{t("visits.deliveries", { n: deliveries.length })}</h2>}
			{known && deliveries.length === 0 && <p class="empty">{t("visits.no_deliveries")}</p>}
			{deliveries.length > 0 && <Rows in="div" items={deliveries} keyOf={({ item_code }) => item_code} row={(delivery, at) => <DeliveryCard at={at} delivery={delivery} isRecorded={recorded.has(delivery.item_code)} />} />}
		</>
	);
}
