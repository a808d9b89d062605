import { type ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { type Entry, find } from "../intake/catalogue";
import { t } from "../words/words";
import { idOf, marks, Problem, TextBox, useProblem } from "./intake_field";

const SHOWN_MAX = 9;

interface ChooserProps {
	field: string;
	words: string;
	list: Entry[] | null; // null: not known on this device
	value: string;
	set: (code: string) => void;
	hint?: ComponentChildren;
}

function nameOf(list: Entry[], code: string): string {
	const entry = list.find((one) => one.code === code);
	return entry ? `${entry.code}  ${entry.name}` : code;
}

/** Chooser - one of a long list by code or a few words without marks; no list: a code as it is, and the server judges it. */
export function Chooser(props: ChooserProps) {
	return props.list === null
		? <TextBox field={props.field} words={props.words} value={props.value} set={props.set} hint={t("intake.no_list")} isRequired />
		: <ListChooser {...props} list={props.list} />;
}

/* What is typed, what of the list has it, and where the arrows are. */
function useChoosing({ list, value, set }: ChooserProps & { list: Entry[] }) {
	const [text, setText] = useState(nameOf(list, value));
	const [isOpen, setOpen] = useState(false);
	const [at, setAt] = useState(0);
	useEffect(() => {
		if (value) {
			setText(nameOf(list, value));
		} else if (!isOpen) {
			setText("");
		}
	}, [value, list]);
	const found = isOpen && text.trim() !== "" ? find(list, text) : [];
	const shown = found.slice(0, SHOWN_MAX);
	const pick = (entry: Entry) => {
		setOpen(false);
		setText(nameOf(list, entry.code));
		set(entry.code);
	};
	const type = (typed: string) => {
		setText(typed);
		setOpen(true);
		setAt(0);
		if (value) {
			set("");
		}
	};
	const leave = () => {
		const meant = find(list, text);
		if (!value && text.trim() !== "" && meant.length === 1) {
			pick(meant[0]);
		}
		setOpen(false);
	};
	const press = (event: KeyboardEvent) => {
		if (event.key === "ArrowDown" || event.key === "ArrowUp") {
			event.preventDefault();
			setOpen(true);
			setAt((before) => Math.max(0, Math.min(shown.length - 1, before + (event.key === "ArrowDown" ? 1 : -1))));
		} else if (event.key === "Escape") {
			setOpen(false);
		} else if (event.key === "Enter" && isOpen && shown[at]) {
			pick(shown[at]); // and Enter goes on to the next box
		}
	};
	return { text, found, shown, at, pick, type, leave, press };
}

function ListChooser(props: ChooserProps & { list: Entry[] }) {
	const { field, words, value, hint } = props;
	const { problem, touch } = useProblem(field);
	const { text, found, shown, at, pick, type, leave, press } = useChoosing(props);
	const box = useRef<HTMLInputElement>(null);
	const isNone = text.trim() !== "" && !value && found.length === 0 && find(props.list, text).length === 0;
	return (
		<div class="field chooser">
			<label for={idOf(field)}>{words}</label>
			<input ref={box} {...marks(field, problem, true)} role="combobox" aria-expanded={shown.length > 0} aria-controls={`${idOf(field)}-list`} aria-autocomplete="list" aria-required
				aria-activedescendant={shown.length > 0 ? `${idOf(field)}-${at}` : undefined} autocomplete="off" spellcheck={false} value={text}
				onFocus={(event) => event.currentTarget.select()} onInput={(event) => type(event.currentTarget.value)} onKeyDown={press}
				onBlur={() => { leave(); touch(); }} />
			<ul id={`${idOf(field)}-list`} role="listbox" aria-label={words} hidden={shown.length === 0}>
				{shown.map((entry, i) => (
					<li key={entry.code} id={`${idOf(field)}-${i}`} role="option" aria-selected={i === at} onMouseDown={(event) => event.preventDefault()} onClick={() => pick(entry)}>
						<span class="code">{entry.code}</span> {entry.name}{entry.by_post === false && <strong> · {t("intake.not_by_post")}</strong>}
					</li>
				))}
				{found.length > shown.length && <li role="option" aria-selected={false} aria-disabled class="hint">{t("intake.more", { n: found.length - shown.length })}</li>}
			</ul>
			<p class="hint" id={`${idOf(field)}-hint`} role={isNone ? "alert" : undefined}>{isNone ? t("intake.none_found") : hint}</p>
			<Problem field={field} problem={problem} />
		</div>
	);
}
