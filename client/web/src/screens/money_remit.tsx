import { useEffect, useRef, useState } from "preact/hooks";
import { call } from "../base/call";
import { showItemCode } from "../base/item_code";
import { uuid7 } from "../base/uuid7";
import { state } from "../app";
import { readMoney, showMoney } from "../intake/money";
import { type Held, isUnknown, type Kind, refusalOf, sumOf, useAll, useDraft } from "../money/money";
import { showTime, t, word } from "../words/words";
import { More, useList } from "./load";
import { HeldTable } from "./money_safe";
import { wordsOf } from "./sign_in";

/*
 * What an agency is owed, as a list that it signs: fees and collected money leave the office's safe, in cash or by transfer,
 * and never more than is in it. Opened, filled with what is owed, signed, closed; a closed list stays.
 */
interface Manifest {
	id: string;
	state: string;
	revision: number;
	agency: { code: string; name: string } | null;
	opened_by: string;
	opened_at: string;
	lines_count: number;
}

interface Line {
	id: string;
	item_code: string;
	dossier_code: string | null;
	counts: boolean;
	verdict: string;
	money_kind: "fee" | "collect" | null;
	amount: number | null;
}

interface Whole extends Manifest {
	lines: Line[];
	fee: number;
	collect: number;
}

interface Owed {
	item_code: string;
	dossier_code: string | null;
	scanned: boolean;
	money_kind: "fee" | "collect" | null;
	amount: number | null;
}

function useSafe() {
	const office = encodeURIComponent(state.session?.office?.code ?? "");
	return useAll<Held>(`/v1/money/held?holder=safe&office=${office}&limit=200`);
}

export function Remittances() {
	const office = encodeURIComponent(state.session?.office?.code ?? "");
	const safe = useSafe();
	const open = useList<Manifest>(`/v1/manifests?state=open&kind=remittance&office=${office}&limit=50`);
	const [problem, setProblem] = useState("");
	const ids = useRef(new Map<string, string>());
	const owed = (safe.items ?? []).filter((row) => row.agency && row.held > 0);
	const agencies = [...new Map(owed.map(({ agency }) => [agency?.code ?? "", agency?.name ?? ""]))];
	const begin = async (agency: string) => {
		const id = ids.current.get(agency) ?? uuid7();
		ids.current.set(agency, id);
		try {
			await call("POST", "/v1/manifests", { id, kind: "remittance", agency });
			location.hash = `#/money/remit/${id}`;
		} catch (error) {
			setProblem(refusalOf(error));
		}
	};
	return (
		<>
			<h1>{t("money.remit.title")}</h1>
			<p>{t("money.remit.hint")}</p>
			<p class="problem" role="alert">{problem || safe.problem || open.problem}</p>
			{safe.items && owed.length === 0 && <p class="empty">{t("money.remit.empty")}</p>}
			{owed.length > 0 && <HeldTable rows={owed} caption={t("money.remit.owed")} />}
			<div class="row">
				{agencies.map(([code, name]) => <button key={code} type="button" class="main" onClick={() => begin(code)}>{t("money.remit.begin", { agency: name })}</button>)}
			</div>
			{open.items && open.items.length > 0 && (
				<section>
					<h2>{t("money.remit.open")}</h2>
					<ul class="plain">
						{open.items.map((one) => <li key={one.id}><a href={`#/money/remit/${one.id}`}>{one.agency?.name}</a> · {t("money.remit.lines", { n: one.lines_count })} · {one.opened_by}, {showTime(one.opened_at)}</li>)}
					</ul>
				</section>
			)}
			<More more={open.more} />
		</>
	);
}

export function Remittance({ id }: { id: string }) {
	const path = `/v1/manifests/${encodeURIComponent(id)}`;
	const [whole, setWhole] = useState<Whole | null>(null);
	const [problem, setProblem] = useState("");
	const [isBusy, setBusy] = useState(false);
	const owed = useList<Owed>(`${path}/expected?limit=100`);
	const safe = useSafe();
	const load = () => call<Whole>("GET", path).then(setWhole, (error) => setProblem(wordsOf(error)));
	useEffect(() => void load(), [id]);
	const again = async () => {
		await Promise.all([load(), safe.again()]);
		owed.again();
	};
	const send = async (lines: unknown[]) => {
		setBusy(true);
		try {
			const answers = await call<{ detail?: string; error?: string }[]>("POST", `${path}/lines`, lines);
			setProblem(answers.find(({ error }) => error)?.detail ?? "");
		} catch (error) {
			setProblem(refusalOf(error));
		}
		await again();
		setBusy(false);
	};
	if (!whole) {
		return <p class={problem ? "problem" : "quiet"} role="status">{problem || t("loading")}</p>;
	}
	const counted = whole.lines.filter(({ counts }) => counts);
	const inSafe = (kind: Kind) => sumOf((safe.items ?? []).filter(({ agency }) => agency?.code === whole.agency?.code), kind);
	const short = safe.items && (["fee", "collect"] as const).filter((kind) => whole[kind] > inSafe(kind));
	return (
		<>
			<h1>{t("money.remit.of", { agency: whole.agency?.name ?? "" })}</h1>
			<p class="quiet">{whole.opened_by} · {showTime(whole.opened_at)} · {word("money_manifest", whole.state)}</p>
			<p class="problem" role="alert">{problem || owed.problem}</p>
			<dl>
				<dt>{t("money.remit.listed")}</dt><dd>{word("money_kind", "fee")} <strong>{showMoney(whole.fee)}</strong> · {word("money_kind", "collect")} <strong>{showMoney(whole.collect)}</strong></dd>
				{whole.state === "open" && safe.items && <><dt>{t("money.remit.in_safe")}</dt><dd>{word("money_kind", "fee")} {showMoney(inSafe("fee"))} · {word("money_kind", "collect")} {showMoney(inSafe("collect"))}</dd></>}
			</dl>
			{whole.state === "open" && short && short.length > 0 && <section class="warning"><p>{t("money.remit.short", { what: short.map((kind) => `${word("money_kind", kind)} ${showMoney(whole[kind] - inSafe(kind))}`).join(", ") })} <a href="#/money/safe">{t("money.remit.to_safe")}</a></p></section>}
			{whole.state === "open" && <OwedRows rows={owed.items?.filter(({ scanned, money_kind, amount }) => !scanned && money_kind && amount) ?? null} isBusy={isBusy} send={send} />}
			<More more={owed.more} />
			{counted.length > 0 && <LineRows lines={counted} isOpen={whole.state === "open"} isBusy={isBusy} send={send} />}
			{whole.state === "open" ? counted.length > 0 && <CloseForm whole={whole} path={path} did={again} /> : <p class="done" role="status">{t(whole.state === "closed" ? "money.remit.closed" : "handover.over")}</p>}
			<p><a href="#/money/remit">{t("handover.back")}</a></p>
		</>
	);
}

type Send = (lines: unknown[]) => Promise<void>;

/* A line has its id once, by what it says: pressed again after a lost answer it is the same line. */
function OwedRows({ rows, isBusy, send }: { rows: Owed[] | null; isBusy: boolean; send: Send }) {
	const ids = useRef(new Map<string, string>());
	const [typed, setTyped] = useState<Record<string, string>>({});
	if (!rows || rows.length === 0) {
		return rows && <p class="quiet">{t("money.remit.none_owed")}</p>;
	}
	const keyOf = (row: Owed) => `${row.item_code} ${row.money_kind}`;
	const amountOf = (row: Owed) => (typed[keyOf(row)] === undefined ? row.amount : readMoney(typed[keyOf(row)] ?? ""));
	const lineOf = (row: Owed) => {
		const name = `${keyOf(row)} ${amountOf(row)}`;
		const event_id = ids.current.get(name) ?? uuid7();
		ids.current.set(name, event_id);
		return { event_id, code: row.item_code, occurred_at: new Date().toISOString(), data: { money_kind: row.money_kind, amount: amountOf(row) } };
	};
	const good = rows.filter((row) => (amountOf(row) ?? 0) > 0);
	return (
		<>
			<table class="money">
				<caption>{t("money.remit.expected")}</caption>
				<thead><tr><th scope="col">{t("column.code")}</th><th scope="col">{t("column.dossier")}</th><th scope="col">{t("money.kind")}</th><th scope="col" class="number">{t("money.amount")}</th><th scope="col">{t("money.remit.put")}</th></tr></thead>
				<tbody>
					{rows.map((row) => (
						<tr key={keyOf(row)}>
							<td class="code">{showItemCode(row.item_code)}</td><td>{row.dossier_code ?? t("dossier.no_code")}</td><td>{word("money_kind", row.money_kind ?? "")}</td>
							<td class="number"><input aria-label={t("money.remit.amount_of", { code: row.item_code })} aria-invalid={!((amountOf(row) ?? 0) > 0)} inputMode="numeric" autocomplete="off" value={typed[keyOf(row)] ?? String(row.amount).replace(/\B(?=(\d{3})+$)/g, ".")} onInput={(event) => setTyped({ ...typed, [keyOf(row)]: event.currentTarget.value })} /></td>
							<td><button type="button" disabled={isBusy || !((amountOf(row) ?? 0) > 0)} aria-label={`${t("money.remit.put")}: ${row.item_code}`} onClick={() => send([lineOf(row)])}>{t("money.remit.put")}</button></td>
						</tr>
					))}
				</tbody>
			</table>
			<p><button type="button" class="main" disabled={isBusy || good.length === 0} onClick={() => send(good.slice(0, 200).map(lineOf))}>{t("money.remit.put_all", { n: good.length })}</button></p>
		</>
	);
}

function LineRows({ lines, isOpen, isBusy, send }: { lines: Line[]; isOpen: boolean; isBusy: boolean; send: Send }) {
	const off = (line: Line) => send([{ event_id: uuid7(), code: line.item_code, kind: "void", occurred_at: new Date().toISOString(), data: { target: line.id, void_reason: "incorrect_data" } }]);
	return (
		<table class="money">
			<caption>{t("money.remit.on_list")}</caption>
			<thead><tr><th scope="col">{t("column.code")}</th><th scope="col">{t("column.dossier")}</th><th scope="col">{t("money.kind")}</th><th scope="col" class="number">{t("money.amount")}</th>{isOpen && <th scope="col">{t("money.remit.take_off")}</th>}</tr></thead>
			<tbody>
				{lines.map((line) => (
					<tr key={line.id}>
						<td class="code">{showItemCode(line.item_code)}</td><td>{line.dossier_code ?? t("dossier.no_code")}</td><td>{word("money_kind", line.money_kind ?? "")}</td><td class="number">{showMoney(line.amount ?? 0)}</td>
						{isOpen && <td><button type="button" disabled={isBusy} aria-label={`${t("money.remit.take_off")}: ${line.item_code}`} onClick={() => off(line)}>{t("money.remit.take_off")}</button></td>}
					</tr>
				))}
			</tbody>
		</table>
	);
}

interface Signature {
	minutes: string;
	payment: "cash" | "transfer_post";
	consent: string;
	name: string;
	unit: string;
	at: string; // when it was signed: in the body, so it is made once and the same again is the same
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

function CloseForm({ whole, path, did }: { whole: Whole; path: string; did: () => Promise<void> }) {
	const { draft, change, drop } = useDraft<Signature>(`remit/${whole.id}`, () => ({ minutes: "", payment: "cash", consent: "", name: "", unit: "", at: "" }));
	const [refused, setRefused] = useState("");
	const [isBusy, setBusy] = useState(false);
	if (!draft) {
		return null;
	}
	const consent = draft.consent.trim().toLowerCase();
	const send = async (event: SubmitEvent) => {
		event.preventDefault();
		if (isBusy || (consent !== "" && !UUID.test(consent))) {
			setRefused(isBusy ? "" : t("money.remit.bad_consent"));
			return;
		}
		const at = draft.at || new Date().toISOString();
		change({ ...draft, at });
		setBusy(true);
		try {
			await call("POST", `${path}/close`, { revision: whole.revision, minutes: draft.minutes.trim(), payment: draft.payment,
				...(consent ? { consent } : { name: draft.name.trim(), unit: draft.unit.trim(), signed_at: at }) });
			drop();
			setRefused("");
		} catch (error) {
			setRefused(refusalOf(error));
			if (!isUnknown(error)) {
				change({ ...draft, at: "" }); // refused, so it is signed anew
			}
		}
		await did();
		setBusy(false);
	};
	const set = (part: Partial<Signature>) => change({ ...draft, ...part });
	return (
		<form onSubmit={send}>
			<h2>{t("money.remit.sign")}</h2>
			<p>{t("money.remit.sign_hint")}</p>
			<p class="problem" role="alert">{refused}</p>
			<div class="row">
				<label>{t("scan.minutes")}<input required maxLength={100} autocomplete="off" value={draft.minutes} onInput={(event) => set({ minutes: event.currentTarget.value })} /></label>
				<label>{t("money.remit.payment")}
					<select value={draft.payment} onChange={(event) => set({ payment: event.currentTarget.value as Signature["payment"] })}>
						<option value="cash">{t("money.remit.cash")}</option>
						<option value="transfer_post">{t("money.remit.transfer")}</option>
					</select>
				</label>
			</div>
			<div class="row">
				<label>{t("money.remit.consent")}<input maxLength={60} autocomplete="off" autocapitalize="none" spellcheck={false} size={38} value={draft.consent} onInput={(event) => set({ consent: event.currentTarget.value })} /></label>
			</div>
			{consent === "" && (
				<div class="row">
					<label>{t("money.remit.name")}<input required maxLength={100} autocomplete="off" value={draft.name} onInput={(event) => set({ name: event.currentTarget.value })} /></label>
					<label>{t("money.remit.unit")}<input required maxLength={100} autocomplete="off" value={draft.unit} onInput={(event) => set({ unit: event.currentTarget.value })} /></label>
				</div>
			)}
			<p><button type="submit" class="main" disabled={isBusy}>{t("money.remit.close")}</button></p>
		</form>
	);
}
