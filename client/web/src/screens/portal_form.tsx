import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { ring } from "../base/bell";
import { atItsBox, Problem } from "../base/call";
import { showItemCode } from "../base/item_code";
import { check, type Decision, decide, type Field, fieldOf, FIELDS, formOf, isUnknown, type PushLine } from "../portal/decision";
import { t, word } from "../words/words";
import { JudgedContext, TextBox } from "./intake_field";
import { usePress } from "./press";
import { wordsOf } from "./sign_in";

interface Refusal {
	field: string;
	text: string;
}

function useDecision(line: PushLine, what: Decision, done: (words: string, isGood: boolean) => void) {
	const [form, setForm] = useState(() => formOf(what));
	const [refusal, setRefusal] = useState<Refusal | null>(null);
	const wrong = check(form, line);
	const change = (field: Field, value: string) => {
		setForm((now) => ({ ...now, values: { ...now.values, [field]: value } }));
		setRefusal((now) => (now?.field === field ? null : now));
	};
	const failed = (error: unknown) => {
		ring("trouble");
		release();
		if (isUnknown(error)) {
			setForm({ ...form, isUnanswered: true });
			setRefusal({ field: "", text: t("portal.unknown", { why: wordsOf(error) }) });
			return;
		}
		const { token, member, detail } = error as Problem;
		if (token === "conflict" && what === "skip") {
			done(t(form.isUnanswered ? "portal.settled_perhaps" : "portal.settled", { code: showItemCode(line.item_code) }), false);
			return;
		}
		setForm({ ...formOf(what), values: form.values }); // the refused one is an event of its own
		setRefusal({ field: fieldOf(form, member, token), text: token === "key_reuse" ? t("portal.was_kept") : t("intake.server_says", { text: atItsBox(detail, member) }) });
	};
	const { isPressed, submit, release } = usePress(wrong, () => decide(form, line).then(() => done(word("portal_done", what), true), failed));
	return { form, refusal, isPressed, wrong, change, submit };
}

interface FormProps {
	line: PushLine;
	what: Decision;
	done: (words: string, isGood: boolean) => void;
	leave: () => void;
}

/** DecisionBoxes - why a line is skipped, or the right code for it. Escape leaves; Enter sends. */
export function DecisionBoxes({ line, what, done, leave }: FormProps) {
	const { form, refusal, isPressed, wrong, change, submit } = useDecision(line, what, done);
	const element = useRef<HTMLFormElement>(null);
	useLayoutEffect(() => element.current?.querySelector<HTMLElement>("input")?.focus(), []);
	const press = () => void submit().then(() => setTimeout(() => element.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus()));
	return (
		<JudgedContext.Provider value={{ form: { refusal }, wrong, isPressed }}>
			<form ref={element} class="step single" noValidate aria-label={word("portal_act", what)} onSubmit={(event) => { event.preventDefault(); press(); }}
				onKeyDown={(event) => { if (event.key === "Escape") { event.preventDefault(); leave(); } }}>
				<h3>{word("portal_act", what)}: <span class="code">{showItemCode(line.item_code)}</span></h3>
				<p class="hint">{word("portal_about", what)}</p>
				{line.in_doubt && <p class="hint"><strong>{t("portal.in_doubt")}</strong></p>}
				{FIELDS[what].map((field) => (
					<TextBox key={field} field={field} words={word("portal_field", field)} value={form.values[field] ?? ""} set={(value) => change(field, value)} isRequired class={field === "dossier_code" ? "label" : ""} />
				))}
				<p class="problem" role="alert">{refusal?.field === "" ? refusal.text : isPressed && wrong.size > 0 ? t("intake.wrong_count", { n: wrong.size }) : ""}</p>
				<div class="row">
					<button type="submit" class="main">{word("portal_do", what)}</button>
					<button type="button" onClick={leave}>{t("portal.leave")}</button>
				</div>
			</form>
		</JudgedContext.Provider>
	);
}
