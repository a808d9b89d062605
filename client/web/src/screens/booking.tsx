import type { ComponentChildren } from "preact";
import { useRef, useState } from "preact/hooks";
import { dayOf, today } from "../base/day";
import { actionsOf, type Action, formOf, type Visit, type VisitForm, windowOf } from "../visit/booking";
import { label } from "../words/labels";
import { showDate, t, word } from "../words/words";
import { Things } from "./visits";
import { VisitBoxes, windowWords } from "./booking_boxes";
import { Loading, More, useList } from "./load";
import { type At, Rows } from "./long_list";

/*
 * A clerk on the telephone: books a visit at a citizen's home, sees the day's visits, gives them to a courier, moves and
 * cancels them. Nothing is told as done before the server has said so.
 */
export function Booking() {
	const [day, setDay] = useState(today);
	const [form, setForm] = useState<VisitForm | null>(null);
	const [said, setSaid] = useState("");
	const { items, problem, more, again } = useList<Visit>(`/v1/visits?day=${day}&limit=100`);
	const place = useRef<HTMLParagraphElement>(null);
	const open = (action: Action, visit: Visit | null = null) => {
		setSaid("");
		setForm(formOf(action, visit ? dayOf(visit.window_from) : day, visit));
	};
	const done = (words: string, onDay: string) => {
		setForm(null);
		setSaid(words);
		if (onDay === day) {
			void again();
		} else {
			setDay(onDay);
		}
		setTimeout(() => place.current?.focus());
	};
	const boxes = (shown: VisitForm, visit: Visit | null = null) => <VisitBoxes key={shown.visit + shown.action} first={shown} own={visit ? windowOf(visit) : ""} done={done} again={() => void again()} leave={() => setForm(null)} />;
	return (
		<>
			<h1>{t("booking.title")}</h1>
			<p ref={place} tabIndex={-1} class={said && "done"} role="status">{said}</p>
			{form?.action === "book" ? boxes(form) : (
				<div class="row">
					<label>{t("visits.day")}<input type="date" required value={day} onChange={(event) => event.currentTarget.value && setDay(event.currentTarget.value)} /></label>
					<button type="button" class="main" onClick={() => open("book")}>{t("booking.book")}</button>
					<button type="button" onClick={() => void again()}>{t("handovers.again")}</button>
				</div>
			)}
			<h2>{showDate(day)}</h2>
			{problem && <p class="problem" role="alert">{problem}</p>}
			<Loading of={items} problem={problem} />
			{items?.length === 0 && <p class="empty">{t("booking.empty")}</p>}
			{items && items.length > 0 && (
				<Rows in="div" items={items} keyOf={({ id }) => id} stays={form?.visit}
					row={(visit, at) => <VisitLine at={at} visit={visit} open={open}>{form?.visit === visit.id && boxes(form, visit)}</VisitLine>} />
			)}
			<More more={more} />
		</>
	);
}

function VisitLine({ at, visit, open, children }: { at: At; visit: Visit; open: (action: Action, visit: Visit) => void; children: ComponentChildren }) {
	return (
		<article {...at}>
			<h3>{windowWords(visit)} · {visit.person.name}</h3>
			<p>
				<strong>{label("visit_states", visit.state)}</strong>{visit.courier && `: ${visit.courier.name}`} · {word("visit_kind", visit.kind)}
				{visit.missed && <strong class="late"> · {t("what.missed_visit")}</strong>}
			</p>
			<p>{[visit.person.address, visit.person.phone, ...visit.procedures, visit.note].filter(Boolean).join(" · ")}</p>
			<Things visit={visit} />
			<div class="row">
				{actionsOf(visit.state).map((action) => (
					<button key={action} type="button" aria-label={`${word("visit_act", action)}: ${visit.person.name}, ${windowWords(visit)}`} onClick={() => open(action, visit)}>{word("visit_act", action)}</button>
				))}
			</div>
			{children}
		</article>
	);
}
