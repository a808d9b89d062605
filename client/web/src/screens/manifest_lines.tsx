import { useState } from "preact/hooks";
import { call } from "../base/call";
import { showItemCode } from "../base/item_code";
import { readMoney, showMoney } from "../intake/money";
import { type Line, type Sums, type Whole } from "../manifest/manifest";
import { recordLine, whyNotKept } from "../queue/record";
import { label } from "../words/labels";
import { showTime, t, type Word, word } from "../words/words";
import { type At, LongTable, Rows } from "./long_list";
import { wordsOf } from "./sign_in";

/* What is on a manifest, what is missing from it, what was taken off; and what was found when a line was counted together. */
const WHYS = ["not_accepted", "wrong_place", "wrong_state", "on_other_manifest", "wrong_role"];

/** whyWords - what the rules say of a line, and what to do about it. */
export function whyWords({ verdict, why, other_by }: Line): string {
	if (verdict === "recorded" || verdict === "late") {
		return t("lines.taken");
	}
	if (verdict === "duplicate") {
		return other_by ? t("lines.duplicate", { who: other_by }) : t("lines.here_already");
	}
	return t("lines.not_here", { why: t(`why.${WHYS.includes(why) ? why : "other"}` as Word, { who: other_by ?? "" }) });
}

interface LinesProps {
	whole: Whole;
	sums: Sums;
	isOpen: boolean;
	path: string;
	took: (whole: Whole) => void;
}

export function Lines({ whole, sums, isOpen, path, took }: LinesProps) {
	const [problem, setProblem] = useState("");
	const remove = (line: Line) => {
		void recordLine(whole.id, line.item_code, "void", { target: line.id, void_reason: "did_not_occur" })
			.then(() => setProblem(""), (error) => setProblem(whyNotKept(error)));
	};
	const columns: Word[] = ["column.code", "column.dossier", "column.leg", "column.what"];
	const count = sums.onIt.length + sums.unsent.length;
	return count === 0 ? null : (
		<>
			<p class="problem" role="alert">{problem}</p>
			<LongTable caption={t("lines.table", { n: count })} columns={columns} items={[...sums.onIt, ...sums.unsent].reverse()} keyOf={(one) => ("event_id" in one ? one.event_id : one.id)}
				row={(one, at) => ("event_id" in one
					? <tr {...at} class="verdict-waiting"><td class="code">{showItemCode(one.code)}</td><td /><td /><td><strong>{t("lines.stored")}</strong></td></tr>
					: <LineRow at={at} line={one} isOpen={isOpen} isRemoving={sums.removing.has(one.id)} canCount={whole.kind === "handover_in"} path={path} took={took} remove={() => remove(one)} />)} />
		</>
	);
}

interface RowProps {
	at: At;
	line: Line;
	isOpen: boolean;
	isRemoving: boolean;
	canCount: boolean;
	path: string;
	took: (whole: Whole) => void;
	remove: () => void;
}

function LineRow({ at, line, isOpen, isRemoving, canCount, path, took, remove }: RowProps) {
	const [isAsked, setAsked] = useState(false);
	const verdict = line.result?.verdict ?? line.verdict;
	const facts = [
		line.complete === null ? "" : t(line.complete ? "handover.complete" : "handover.incomplete"), line.note ?? "",
		line.amount === null ? "" : `${line.money_kind ? `${word("line_money", line.money_kind)} ` : ""}${showMoney(line.amount)}`,
	].filter(Boolean);
	const code = showItemCode(line.item_code);
	return (
		<tr {...at} class={`verdict-${isRemoving ? "waiting" : verdict}`}>
			<td class="code">{code}</td>
			<td>{line.dossier_code ?? t("dossier.no_code")}</td>
			<td>{line.leg_kind && label("leg_kinds", line.leg_kind)}</td>
			<td>
				<strong>{isRemoving ? t("lines.removing") : line.result ? label("verdicts", line.result.verdict) : whyWords(line)}</strong>
				{facts.length > 0 && <span class={line.complete === false ? "wrong" : ""}> · {facts.join(" · ")}</span>}
				{isOpen && !isRemoving && (
					<div class="row acts">
						{canCount && <button type="button" aria-label={t("lines.check_of", { code })} aria-expanded={isAsked} onClick={() => setAsked(!isAsked)}>{t("lines.check")}</button>}
						<button type="button" aria-label={t("lines.remove_of", { code })} onClick={remove}>{t("lines.remove")}</button>
					</div>
				)}
				{isOpen && isAsked && <Check line={line} path={path} took={(whole) => { took(whole); setAsked(false); }} />}
			</td>
		</tr>
	);
}

/* Counted together with the other party: complete or not, what is missing or damaged, the fee that goes with it. */
function Check({ line, path, took }: { line: Line; path: string; took: (whole: Whole) => void }) {
	const [complete, setComplete] = useState(line.complete === null ? "" : String(line.complete));
	const [problem, setProblem] = useState("");
	const submit = async (event: SubmitEvent) => {
		event.preventDefault();
		const form = Object.fromEntries(new FormData(event.target as HTMLFormElement)) as Record<string, string>;
		const note = form.note.trim();
		const fee = form.fee.trim() === "" ? undefined : readMoney(form.fee);
		if (fee === null || (complete === "false" && !note)) {
			setProblem(t(fee === null ? "check.bad_fee" : "check.note_missing"));
			return;
		}
		try {
			const said = { ...(complete && { complete: complete === "true" }), ...(note && { note }), ...(fee !== undefined && { fee }) };
			took(await call<Whole>("POST", `${path}/lines/${line.id}`, said));
		} catch (error) {
			setProblem(t("check.not_done", { why: wordsOf(error) }));
		}
	};
	return (
		<form onSubmit={submit} class="narrow" aria-label={t("check.title", { code: line.item_code })}>
			<label>{t("check.complete")}
				<select value={complete} onChange={(event) => setComplete(event.currentTarget.value)}>
					{line.complete === null && <option value="">{t("check.unsaid")}</option>}
					<option value="true">{t("check.yes")}</option><option value="false">{t("check.no")}</option>
				</select>
			</label>
			<label>{t("check.note")}<input name="note" defaultValue={line.note ?? ""} maxLength={200} autocomplete="off" /></label>
			<label>{t("check.fee")}<input name="fee" defaultValue={line.amount === null ? "" : String(line.amount)} inputMode="numeric" autocomplete="off" /></label>
			<button type="submit" class="main">{t("check.do")}</button>
			<p class="problem" role="alert">{problem}</p>
		</form>
	);
}

/* What is here, bound for the other party, and not scanned. */
export function Missing({ whole, sums, isAll }: { whole: Whole; sums: Sums; isAll: boolean }) {
	if (sums.missing === null || sums.missing.length === 0) {
		return <p class="quiet">{t(sums.missing === null ? "lines.missing_unknown" : whole.kind === "remittance" ? "lines.held_none" : "lines.missing_none")}</p>;
	}
	return (
		<LongTable caption={`${t("lines.missing_table")}: ${sums.missing.length}${isAll ? "" : "+"}`} columns={["column.code", "column.dossier", "column.leg"]} items={sums.missing} keyOf={({ item_code }) => item_code}
			row={(item, at) => <tr {...at}><td class="code">{showItemCode(item.item_code)}</td><td>{item.dossier_code ?? t("dossier.no_code")}</td><td>{label("leg_kinds", item.leg_kind)}</td></tr>} />
	);
}

export function Removed({ lines }: { lines: Line[] }) {
	const gone = lines.filter(({ undone_at }) => undone_at);
	return gone.length === 0 ? null : (
		<details>
			<summary>{t("lines.removed", { n: gone.length })}</summary>
			<Rows in="div" items={gone} keyOf={({ id }) => id} row={(line, at) => <p {...at}><span class="code">{showItemCode(line.item_code)}</span> · {t("lines.removed_by", { who: line.undone_by ?? "", at: showTime(line.undone_at ?? "") })}</p>} />
		</details>
	);
}
