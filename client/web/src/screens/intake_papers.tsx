import { useRef, useState } from "preact/hooks";
import { COUNTS, isPaperThere, missingPapers, type PaperCount } from "../intake/form";
import { t, type Word } from "../words/words";
import { idOf, Problem, TextBox, useForm, useProblem } from "./intake_field";

/*
 * The checklist. The boxes of figures are one stop of Tab; arrows go about in them, as in a table on paper. What is
 * published stands in them already: to be counted, and corrected where it differs.
 */
export function Papers() {
	const { form, published, change } = useForm();
	const { problem } = useProblem("papers");
	if (form.service === 2) {
		return <p class="hint">{t("intake.papers_none")}</p>;
	}
	const add = () => {
		change((now) => ({ ...now, papers: [...now.papers, { name: "", original: "0", certified: "0", copy: "0", added: true }] }));
		setTimeout(() => document.getElementById(idOf(`papers.${form.papers.length}.name`))?.focus());
	};
	return (
		<fieldset>
			<legend>{t("intake.papers")}</legend>
			{form.papers.length > 0 && <PaperTable />}
			{form.procedure !== "" && published?.body.papers.length === 0 && form.papers.length === 0 && <p class="hint">{t("intake.papers_unlisted")}</p>}
			<Problem field="papers" problem={problem} />
			<p><button type="button" id={idOf("papers")} onClick={add}>{t("intake.paper_add")}</button></p>
			<Missing />
		</fieldset>
	);
}

function PaperTable() {
	const { form, published, change } = useForm();
	const table = useRef<HTMLTableElement>(null);
	const [at, setAt] = useState("0.original");
	const setPaper = (i: number, patch: Partial<PaperCount>) =>
		change((now) => ({ ...now, papers: now.papers.map((paper, j) => (i === j ? { ...paper, ...patch } : paper)) }));
	const move = (event: KeyboardEvent, row: number, column: number) => {
		const [down, right] = { ArrowDown: [1, 0], ArrowUp: [-1, 0], ArrowRight: [0, 1], ArrowLeft: [0, -1] }[event.key] ?? [0, 0];
		const box = document.getElementById(idOf(`papers.${row + down}.${COUNTS[column + right]}`));
		if (box && (down || right)) {
			event.preventDefault();
			box.focus();
		}
	};
	const first = form.papers[Number(at.split(".")[0])] ? at : "0.original";
	return (
		<table ref={table} class="papers">
			<thead><tr><th scope="col">{t("intake.paper")}</th>{COUNTS.map((count) => <th key={count} scope="col">{t(`count.${count}` as Word)}</th>)}</tr></thead>
			<tbody>
				{form.papers.map((paper, i) => (
					<tr key={i} class={isPaperThere(paper) ? "" : "absent"}>
						<th scope="row"><PaperName paper={paper} i={i} set={(name) => setPaper(i, { name })}
							isOptional={published?.body.papers.find(({ name }) => name === paper.name)?.required === false} /></th>
						{COUNTS.map((count, column) => (
							<td key={count}><CountBox field={`papers.${i}.${count}`} words={`${paper.name}: ${t(`count.${count}` as Word)}`} value={paper[count]}
								set={(value) => setPaper(i, { [count]: value })} isStop={first === `${i}.${count}`} focused={() => setAt(`${i}.${count}`)} press={(event) => move(event, i, column)} /></td>
						))}
					</tr>
				))}
			</tbody>
		</table>
	);
}

function PaperName({ paper, i, set, isOptional }: { paper: PaperCount; i: number; set: (name: string) => void; isOptional: boolean }) {
	return paper.added
		? <TextBox field={`papers.${i}.name`} words={t("intake.paper_name")} value={paper.name} set={set} />
		: <>{paper.name}{isOptional && <span class="hint"> {t("intake.optional")}</span>}</>;
}

interface CountProps {
	field: string;
	words: string;
	value: string;
	set: (value: string) => void;
	isStop: boolean;
	focused: () => void;
	press: (event: KeyboardEvent) => void;
}

function CountBox({ field, words, value, set, isStop, focused, press }: CountProps) {
	const { problem, touch } = useProblem(field);
	return (
		<>
			<input id={idOf(field)} aria-label={words} aria-invalid={problem !== ""} aria-describedby={problem ? `${idOf(field)}-wrong` : undefined} inputMode="numeric" autocomplete="off"
				value={value} tabIndex={isStop ? 0 : -1} onFocus={(event) => { event.currentTarget.select(); focused(); }} onKeyDown={press}
				onInput={(event) => set(event.currentTarget.value)} onBlur={touch} />
			<Problem field={field} problem={problem} />
		</>
	);
}

/* A paper that is missing is guided to, and is no reason to refuse (QĐ 45/2016 Điều 6, 16.5.b). */
function Missing() {
	const { form, published, change } = useForm();
	const missing = missingPapers(form, published?.body ?? null);
	return missing.length === 0 ? null : (
		<section class="warning" role="group" aria-label={t("intake.missing")}>
			<p><strong>{t("intake.missing")}</strong></p>
			<ul>{missing.map(({ name, guidance }) => <li key={name}><strong>{name}</strong>{guidance && `: ${guidance}`}</li>)}</ul>
			<p>{t("intake.missing_rule")}</p>
			<TextBox field="wish" words={t("intake.wish")} value={form.wish} set={(wish) => change({ wish })} isRequired />
		</section>
	);
}
