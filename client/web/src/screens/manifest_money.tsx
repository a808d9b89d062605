import { useEffect, useRef, useState } from "preact/hooks";
import { state } from "../app";
import { ring } from "../base/bell";
import { call } from "../base/call";
import { showItemCode } from "../base/item_code";
import { uuid7 } from "../base/uuid7";
import { readMoney, showMoney } from "../intake/money";
import { type Expected, KINDS, type Sums, type Whole } from "../manifest/manifest";
import { type Held, refusalOf, sumOf, useAll } from "../money/money";
import { recordLine, whyNotKept } from "../queue/record";
import { t, word } from "../words/words";
import { LongTable } from "./long_list";
import { HeldTable } from "./money_safe";

/*
 * Money to an agency leaves the office's safe, in cash or by transfer, and never more than is in it: what the safe has of each
 * agency's, what a list comes to beside it, and what is to be put on.
 */
const OWED = ["fee", "collect"] as const;

function useSafe() {
	const office = encodeURIComponent(state.session?.office?.code ?? "");
	return useAll<Held>(`/v1/money/held?holder=safe&office=${office}&limit=200`);
}

/** Owed - what the safe has of each agency's, and a press to begin its list: pressed twice it is one. */
export function Owed() {
	const safe = useSafe();
	const [problem, setProblem] = useState("");
	const ids = useRef(new Map<string, string>());
	const owed = (safe.items ?? []).filter((row) => row.agency && row.held > 0);
	const agencies = [...new Map(owed.map(({ agency }) => [agency?.code ?? "", agency?.name ?? ""]))];
	const begin = async (agency: string) => {
		const id = ids.current.get(agency) ?? uuid7();
		ids.current.set(agency, id);
		try {
			await call("POST", "/v1/manifests", { id, kind: "remittance", agency });
			location.hash = `#/manifest/${id}`;
		} catch (error) {
			setProblem(refusalOf(error));
		}
	};
	return (
		<>
			<p>{t("money.remit.hint")}</p>
			<p class="problem" role="alert">{problem || safe.problem}</p>
			{safe.items && owed.length === 0 && <p class="empty">{t("money.remit.empty")} <a href="#/money/safe">{t("money.remit.to_safe")}</a></p>}
			{owed.length > 0 && <HeldTable rows={owed} caption={t("money.remit.owed")} />}
			<div class="row">
				{agencies.map(([code, name]) => <button key={code} type="button" class="main" onClick={() => begin(code)}>{t("money.remit.begin", { agency: name })}</button>)}
			</div>
		</>
	);
}

function listedOf(sums: Sums, kind: string): number {
	const lines = sums.onIt.filter((line) => line.money_kind === kind && !sums.removing.has(line.id)).map(({ amount }) => amount ?? 0);
	const unsent = sums.unsent.filter(({ data }) => data.money_kind === kind).map(({ data }) => Number(data.amount));
	return [...lines, ...unsent].reduce((sum, amount) => sum + amount, 0);
}

/** InSafe - the list beside the safe; what the safe lacks is said before it is closed, and the server refuses it all the same. */
export function InSafe({ whole, sums, atMs }: { whole: Whole; sums: Sums; atMs: number }) {
	const safe = useSafe();
	const first = useRef(atMs);
	useEffect(() => void (atMs !== first.current && safe.again()), [atMs]);
	const mine = (safe.items ?? []).filter(({ agency }) => agency?.code === whole.agency?.code);
	const lacking = safe.items ? OWED.filter((kind) => listedOf(sums, kind) > sumOf(mine, kind)) : [];
	const amounts = (of: (kind: (typeof OWED)[number]) => number) => OWED.map((kind) => `${word("money_kind", kind)} ${showMoney(of(kind))}`).join(" · ");
	return (
		<>
			<dl>
				<dt>{t("money.remit.listed")}</dt><dd>{amounts((kind) => listedOf(sums, kind))}</dd>
				<dt>{t("money.remit.in_safe")}</dt><dd>{safe.items ? amounts((kind) => sumOf(mine, kind)) : safe.problem}</dd>
			</dl>
			{lacking.length > 0 && <section class="warning" role="status"><p>{t("money.remit.short", { what: lacking.map((kind) => `${word("money_kind", kind)} ${showMoney(listedOf(sums, kind) - sumOf(mine, kind))}`).join(", ") })} <a href="#/money/safe">{t("money.remit.to_safe")}</a></p></section>}
		</>
	);
}

const keyOf = ({ item_code, money_kind }: Expected) => `${item_code} ${money_kind}`;

/** MissingMoney - what is held for the agency and not on the list: all of it at once, or less than all of one. */
export function MissingMoney({ manifest, missing, isAll }: { manifest: string; missing: Expected[]; isAll: boolean }) {
	const [typed, setTyped] = useState<Record<string, string>>({});
	const [problem, setProblem] = useState("");
	const amountOf = (row: Expected) => {
		const text = typed[keyOf(row)];
		return text === undefined ? row.amount : readMoney(text) || null;
	};
	const good = missing.filter((row) => amountOf(row));
	const put = async (rows: Expected[]) => {
		try {
			for (const row of rows) {
				await recordLine(manifest, row.item_code, KINDS.remittance.event, { money_kind: row.money_kind, amount: amountOf(row) });
			}
			setTyped({});
			setProblem("");
		} catch (error) {
			ring("trouble");
			setProblem(whyNotKept(error));
		}
	};
	const count = `${missing.length}${isAll ? "" : "+"}`;
	return (
		<>
			<p class="problem" role="alert">{problem}</p>
			<LongTable class="money" columns={["column.code", "column.dossier", "money.kind", "money.amount", "column.todo"]} items={missing} keyOf={keyOf}
				caption={<>{t("lines.held_table")}: {count} <button type="button" disabled={good.length === 0} onClick={() => void put(good)}>{t("lines.add_all", { n: good.length })}</button></>}
				row={(row, at) => (
					<tr {...at}>
						<td class="code">{showItemCode(row.item_code)}</td>
						<td>{row.dossier_code ?? t("dossier.no_code")}</td>
						<td>{word("money_kind", row.money_kind ?? "")}</td>
						<td>
							<input aria-label={t("money.remit.amount_of", { code: row.item_code })} aria-invalid={!amountOf(row)} inputMode="numeric" autocomplete="off" value={typed[keyOf(row)] ?? showMoney(row.amount ?? 0).replace(" đ", "")} onInput={(event) => setTyped({ ...typed, [keyOf(row)]: event.currentTarget.value })} />
							{!amountOf(row) && <span class="wrong"> {t("wrong.amount")}</span>}
						</td>
						<td><button type="button" disabled={!amountOf(row)} aria-label={t("lines.add_of", { code: row.item_code })} onClick={() => void put([row])}>{t("lines.add")}</button></td>
					</tr>
				)} />
		</>
	);
}
