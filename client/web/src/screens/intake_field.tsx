import { type ComponentChildren, createContext } from "preact";
import { useContext, useState } from "preact/hooks";
import type { Intake } from "../intake/use_intake";
import { t, type Word } from "../words/words";

/* The boxes of a form: a name, what is typed, and below it what is wrong with it and what to do. */
export const IntakeContext = createContext<Intake | null>(null);

export function useForm(): Intake {
	return useContext(IntakeContext) as Intake;
}

/** Judged - what the boxes of any form must know: what is wrong where, and what the server refused. */
export interface Judged {
	form: { refusal: { field: string; text: string } | null };
	wrong: Map<string, string>;
	isPressed: boolean;
}

export const JudgedContext = createContext<Judged | null>(null);

/* What is only missing is told when the form is pressed, not to somebody who is still on the way to it. */
const ONLY_PRESSED = /_missing$|^(wish|receipt|authorisation|payment|paper_name|id_kind)$/;

/** useProblem - the sentence at @field, or ""; @touch: the box was left. */
export function useProblem(field: string): { problem: string; touch: () => void } {
	const judged = useContext(JudgedContext);
	const [isTouched, setTouched] = useState(false);
	if (!judged) {
		return { problem: "", touch: () => undefined }; // on another screen, which tells its problems itself
	}
	const { form, wrong, isPressed } = judged;
	const token = wrong.get(field) ?? "";
	const isTold = token !== "" && (isPressed || (isTouched && !ONLY_PRESSED.test(token)));
	const problem = isTold ? t(`wrong.${token}` as Word) : form.refusal?.field === field ? form.refusal.text : "";
	return { problem, touch: () => setTouched(true) };
}

export function idOf(field: string): string {
	return `f-${field.replace(/\./g, "-")}`;
}

/** marks - what ties a box to its problem. */
export function marks(field: string, problem: string, hint = false) {
	const told = [hint ? `${idOf(field)}-hint` : "", problem ? `${idOf(field)}-wrong` : ""].filter(Boolean).join(" ");
	return { id: idOf(field), "aria-invalid": problem !== "", "aria-describedby": told || undefined };
}

export function Problem({ field, problem }: { field: string; problem: string }) {
	return problem ? <p class="wrong" id={`${idOf(field)}-wrong`}>{problem}</p> : null;
}

export interface BoxProps {
	field: string;
	words: string;
	value: string;
	set: (value: string) => void;
	left?: (value: string) => void;
	hint?: ComponentChildren;
	isNumber?: boolean;
	class?: string;
	isRequired?: boolean;
	isDate?: boolean;
	list?: string; // the id of a datalist
}

export function TextBox({ field, words, value, set, left, hint, isNumber, isRequired, isDate, list, class: name }: BoxProps) {
	const { problem, touch } = useProblem(field);
	return (
		<div class={`field ${name ?? ""}`}>
			<label for={idOf(field)}>{words}</label>
			<input {...marks(field, problem, hint !== undefined)} value={value} autocomplete="off" spellcheck={false} inputMode={isNumber ? "numeric" : undefined}
				type={isDate ? "date" : undefined} list={list} aria-required={isRequired} onFocus={(event) => isNumber && event.currentTarget.select()}
				onInput={(event) => set(event.currentTarget.value)} onBlur={(event) => { touch(); left?.(event.currentTarget.value); }} />
			{hint !== undefined && <p class="hint" id={`${idOf(field)}-hint`}>{hint}</p>}
			<Problem field={field} problem={problem} />
		</div>
	);
}

/** LongBox - for what takes more than a line. */
export function LongBox({ field, words, value, set, isRequired }: BoxProps) {
	const { problem, touch } = useProblem(field);
	return (
		<div class="field">
			<label for={idOf(field)}>{words}</label>
			<textarea {...marks(field, problem)} value={value} rows={3} aria-required={isRequired} onInput={(event) => set(event.currentTarget.value)} onBlur={touch} />
			<Problem field={field} problem={problem} />
		</div>
	);
}

export function Choice({ field, words, value, set, options, hint }: { field: string; words: string; value: string; set: (value: string) => void; options: [string, string][]; hint?: ComponentChildren }) {
	const { problem, touch } = useProblem(field);
	return (
		<div class="field">
			<label for={idOf(field)}>{words}</label>
			<select {...marks(field, problem, hint !== undefined)} value={value} onChange={(event) => set(event.currentTarget.value)} onBlur={touch}>
				{options.map(([code, name]) => <option key={code} value={code}>{name}</option>)}
			</select>
			{hint !== undefined && <p class="hint" id={`${idOf(field)}-hint`}>{hint}</p>}
			<Problem field={field} problem={problem} />
		</div>
	);
}

export function Tick({ field, words, value, set }: { field: string; words: string; value: boolean; set: (value: boolean) => void }) {
	return (
		<label class="tick" for={idOf(field)}>
			<input type="checkbox" id={idOf(field)} checked={value} onChange={(event) => set(event.currentTarget.checked)} />
			<span>{words}</span>
		</label>
	);
}
