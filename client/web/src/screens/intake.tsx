import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { state } from "../app";
import { ring } from "../base/bell";
import { parseCard } from "../base/id_card";
import { readItemCode, showItemCode } from "../base/item_code";
import { uuid7 } from "../base/uuid7";
import { fieldOf } from "../intake/check";
import { takeCard, mayTake, type Form, type Role } from "../intake/form";
import { fetchAll } from "../intake/catalogue";
import { type Slip, slipsOf } from "../intake/keeping";
import { type Intake as IntakeState, useIntake } from "../intake/use_intake";
import { undo } from "../scan/undo";
import { useWedge } from "../scan/use_wedge";
import type { Scan } from "../scan/wedge";
import { showTime, t, type Word } from "../words/words";
import { Choices } from "./code_entry";
import { Chooser } from "./intake_chooser";
import { idOf, IntakeContext, JudgedContext, marks, Problem, TextBox, useForm, useProblem } from "./intake_field";
import { Money } from "./intake_money";
import { Papers } from "./intake_papers";
import { Citizen, Others } from "./intake_people";
import { LabelFinder } from "./label_finder";
import { SessionEnded } from "./session_ended";
import { wordsOf } from "./sign_in";
import { type Fate, SlipView, useFate } from "./slip";
import { verdictWords } from "./scan_session";

/*
 * A dossier is taken in: at the counter by keys and scanner alone, at a door with a phone. What is pressed is on this
 * device's disk before the bell, sent when it can be, and its slip printed now or later.
 */
export function Intake() {
	const intake = useIntake();
	return intake ? <IntakeContext.Provider value={intake}><JudgedContext.Provider value={intake}><Desk intake={intake} /></JudgedContext.Provider></IntakeContext.Provider> : <p class="quiet" role="status">{t("loading")}</p>;
}

/* The same acceptance again, as another one: the server has the first one's id. */
function mended(slip: Slip, fate: Fate): Form {
	const text = t("intake.server_says", { text: fate.detail });
	return { ...slip.form, eventId: uuid7(), replaces: slip.eventId, refusal: { field: fieldOf(fate.member, fate.why), text } };
}

function Desk({ intake }: { intake: IntakeState }) {
	const [slip, setSlip] = useState<Slip | null>(null);
	const isDoor = state.session?.role === "courier";
	const next = () => {
		setSlip(null);
		setTimeout(() => document.getElementById(idOf("code"))?.focus());
	};
	return (
		<>
			<div class="title">
				<h1>{t(isDoor ? "intake.title_door" : "intake.title")}</h1>
				{!slip && <p class="hint">{t(isDoor ? "intake.hint_door" : "intake.hint")}</p>}
			</div>
			<SessionEnded />
			{slip
				? <SlipView slip={slip} next={next} mend={(old, fate) => { intake.begin(mended(old, fate)); next(); }}><Scanned slip={slip} next={next} /></SlipView>
				: <IntakeForm hasCamera={isDoor} taken={setSlip}><Scanned slip={null} next={next} /></IntakeForm>}
			{!slip && <Recent show={setSlip} />}
			{!slip && <FetchAll />}
		</>
	);
}

/* ── the scanner, wherever the focus is ───────────────────────────────────────────────────────────────── */

function roleOfFocus(): Role | null {
	return (document.activeElement?.closest<HTMLElement>("[data-role]")?.dataset.role as Role | undefined) ?? null;
}

function Scanned({ slip, next }: { slip: Slip | null; next: () => void }) {
	const { form, change } = useForm();
	const [said, setSaid] = useState("");
	const [problem, setProblem] = useState("");
	const [choices, setChoices] = useState<string[]>([]);
	const tell = (words: string, wrong = "") => {
		setSaid(words);
		setProblem(wrong);
		setChoices([]);
		if (wrong) {
			ring("trouble");
		}
	};
	const takeCode = (code: string) => {
		tell(t(form.code && form.code !== code ? "intake.label_changed" : "intake.label_taken", { code: showItemCode(code), before: showItemCode(form.code) }));
		change({ code });
		if (slip) {
			next(); // the next dossier has begun
		}
	};
	const takeCardText = (text: string) => {
		const card = parseCard(text);
		const role = roleOfFocus() ?? (form.citizen.name.trim() === "" ? "citizen" : null);
		if (!card || !role || slip) {
			tell("", t(!card ? "intake.card_bad" : "intake.card_whose"));
			return;
		}
		change((now) => takeCard(now, role, card));
		tell(t("intake.card_taken", { name: card.name, last4: card.last4 }));
	};
	useWedge((scan: Scan) => {
		switch (scan.kind) {
			case "code":
				return takeCode(scan.code);
			case "card":
				return takeCardText(scan.text);
			case "ask":
				ring("trouble");
				return setChoices(scan.codes);
			default:
				return tell("", t("scan.misread", { text: scan.text }));
		}
	});
	return (
		<div class="scanned">
			<p role="status">{said}</p>
			<p class="problem" role="alert">{problem}</p>
			<Choices codes={choices} took={(code) => (code ? takeCode(code) : setChoices([]))} />
		</div>
	);
}

/* ── the form ─────────────────────────────────────────────────────────────────────────────────────────── */

/* Enter goes on to the next box, as in the counter's program; it records nothing by itself. */
function goOn(event: KeyboardEvent): void {
	const from = event.target as HTMLElement;
	const form = event.currentTarget as HTMLFormElement;
	if (event.key !== "Enter" || event.ctrlKey || event.isComposing || from instanceof HTMLButtonElement) {
		return;
	}
	event.preventDefault();
	const boxes = [...form.querySelectorAll<HTMLInputElement>("input, select, button[type=submit]")].filter((box) =>
		!box.disabled && box.tabIndex >= 0 && box.offsetParent !== null && (box.type !== "radio" || box.checked || box.dataset.first !== undefined));
	const isAfter = (box: HTMLElement) => (from.compareDocumentPosition(box) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0;
	const isOther = (box: HTMLInputElement) => !(from instanceof HTMLInputElement && from.type === "radio" && box.name === from.name) && !(from.closest(".papers") && box.closest(".papers"));
	boxes.find((box) => isAfter(box) && isOther(box))?.focus();
}

function IntakeForm({ hasCamera, taken, children }: { hasCamera: boolean; taken: (slip: Slip) => void; children: ComponentChildren }) {
	const intake = useForm();
	const { wrong, isPressed, problem } = intake;
	const form = useRef<HTMLFormElement>(null);
	const submit = async () => {
		const slip = await intake.submit();
		if (slip) {
			taken(slip);
		} else {
			setTimeout(() => form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus());
		}
	};
	return (
		<form ref={form} class="intake" noValidate onSubmit={(event) => { event.preventDefault(); void submit(); }} onKeyDown={(event) => {
			if (event.key === "Enter" && event.ctrlKey) {
				event.preventDefault();
				void submit();
			} else {
				goOn(event);
			}
		}}>
			<Restored />
			<div class="side">
				<What hasCamera={hasCamera} />
				<Citizen hasCamera={hasCamera} />
			</div>
			<div class="side">
				<Others hasCamera={hasCamera} />
				<Papers />
			</div>
			<div class="side">
				<Money />
				<Rest />
			</div>
			<div class="bar">
				<button type="submit" class="main">{t(hasCamera ? "intake.record_door" : "intake.record")}</button>
				<p class="problem" role="alert">{problem || (isPressed && wrong.size > 0 ? t("intake.wrong_count", { n: wrong.size }) : "")}</p>
				{children}
			</div>
		</form>
	);
}

function Restored() {
	const { restoredAt, begin } = useForm();
	return restoredAt === 0 ? null : (
		<section class="warning whole" role="status">
			<p>{t("intake.restored", { at: showTime(new Date(restoredAt).toISOString()) })}</p>
			<button type="button" onClick={() => begin()}>{t("intake.drop_draft")}</button>
		</section>
	);
}

function What({ hasCamera }: { hasCamera: boolean }) {
	const { form, known, published, isLoading, change, choose } = useForm();
	return (
		<fieldset>
			<legend>{t("intake.what")}</legend>
			<LabelBox hasCamera={hasCamera} />
			<Chooser field="procedure" words={t("intake.procedure")} list={known?.body.procedures ?? (isLoading ? [] : null)} value={form.procedure} set={choose} hint={procedureHint()} />
			<Chooser field="agency" words={t("intake.agency")} list={known?.body.agencies ?? (isLoading ? [] : null)} value={form.agency} set={(agency) => change({ agency })} />
			<Services />
		</fieldset>
	);

	function procedureHint() {
		if (form.procedure === "" || isLoading) {
			return t("intake.choose_hint");
		}
		if (!published) {
			return t("intake.not_published");
		}
		const age = published.isOld ? ` ${t("intake.old", { at: showTime(new Date(published.atMs).toISOString()) })}` : "";
		return `${published.body.days ? t("intake.days", { n: published.body.days }) : ""}${published.body.note ? ` ${published.body.note}` : ""}${age}`;
	}
}

function LabelBox({ hasCamera }: { hasCamera: boolean }) {
	const { form, change } = useForm();
	useEffect(() => {
		if (!hasCamera && document.activeElement === document.body) {
			document.getElementById(idOf("code"))?.focus();
		}
	}, []);
	const left = (text: string) => {
		const reading = readItemCode(text);
		const meant = reading.kind === "code" ? [reading.code] : undo(text);
		if (meant.length === 1) {
			change({ code: meant[0] });
		}
	};
	return (
		<>
			{hasCamera && <LabelFinder took={(code) => change({ code })} isMain={form.code === ""} />}
			<TextBox field="code" words={t("intake.code")} value={form.code} set={(code) => change({ code })} left={left} class="label" isRequired hint={form.code ? showItemCode(form.code) : t("intake.code_hint")} />
		</>
	);
}

function Services() {
	const { form, published, change } = useForm();
	const { problem } = useProblem("service");
	const { id, "aria-describedby": described } = marks("service", problem);
	return (
		<fieldset class="choices" role="radiogroup" aria-required aria-invalid={problem !== ""} aria-describedby={described} tabIndex={-1} id={id}>
			<legend>{t("intake.service")}</legend>
			{[1, 2, 3].map((service) => (
				<label key={service} class="tick">
					<input type="radio" name="service" id={idOf(`service.${service}`)} data-first={form.service === 0 && service === 1 ? "" : undefined} checked={form.service === service} disabled={!mayTake(published?.body ?? null, service)} onChange={() => change({ service })} />
					<span>{t(`service.${service}` as Word)}{!mayTake(published?.body ?? null, service) && ` (${t("intake.not_by_post")})`}</span>
				</label>
			))}
			<Problem field="service" problem={problem} />
		</fieldset>
	);
}

function Rest() {
	const { form, change } = useForm();
	return (
		<div class="pair">
			<TextBox field="seal" words={t("intake.seal")} value={form.seal} set={(seal) => change({ seal })} />
			<TextBox field="note" words={t("intake.note")} value={form.note} set={(note) => change({ note })} />
		</div>
	);
}

/* ── what was taken in before, and what a day without a server needs ──────────────────────────────────── */

function Recent({ show }: { show: (slip: Slip) => void }) {
	const [slips, setSlips] = useState<Slip[]>([]);
	useEffect(() => void slipsOf(state.session?.account ?? "").then(setSlips), [state.unsent]);
	return slips.length === 0 ? null : (
		<>
			<h2>{t("intake.recent")}</h2>
			<table>
				<thead><tr><th scope="col">{t("column.code")}</th><th scope="col">{t("column.when")}</th><th scope="col">{t("dossier.sender")}</th><th scope="col">{t("column.what")}</th><th scope="col">{t("slip.slip")}</th></tr></thead>
				<tbody>{slips.map((slip) => <RecentLine key={slip.eventId} slip={slip} show={show} />)}</tbody>
			</table>
		</>
	);
}

function RecentLine({ slip, show }: { slip: Slip; show: (slip: Slip) => void }) {
	const fate = useFate(slip.eventId);
	return (
		<tr class={`verdict-${fate?.verdict ?? "waiting"}`}>
			<td class="code">{showItemCode(slip.code)}</td>
			<td>{showTime(slip.at)}</td>
			<td>{slip.form.citizen.name}</td>
			<td><strong>{fate && verdictWords(fate.verdict)}</strong>{fate?.token && ` · ${t("slip.token_is_there")}`}</td>
			<td><button type="button" aria-label={`${t("slip.show")} ${showItemCode(slip.code)}`} onClick={() => show(slip)}>{t("slip.show")}</button></td>
		</tr>
	);
}

function FetchAll() {
	const [said, setSaid] = useState("");
	const fetch = () => fetchAll(state.session?.office?.code ?? "", (done, all) => setSaid(t("intake.fetched", { done, all }))).catch((error) => setSaid(wordsOf(error)));
	return <p class="row"><button type="button" onClick={() => void fetch()}>{t("intake.fetch")}</button><span role="status">{said}</span></p>;
}
