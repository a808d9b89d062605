import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { state } from "../app";
import { call, Problem } from "../base/call";
import { showDay, today } from "../base/day";
import { readMoney, showMoney } from "../intake/money";
import { type ClosedDay, type Held, type Kind, KINDS, refusalOf, signed, sumOf, useAll, useDraft } from "../money/money";
import { showTime, t, type Word, word } from "../words/words";
import { More, useList } from "./load";

type Whose = "me" | "safe" | "other";

interface Draft {
	day: string;
	whose: Whose;
	account: string;
	counted: Record<Kind, string>;
	reason: string;
}

const empty = (): Draft => ({ day: today(), whose: "me", account: "", counted: { fee: "", postage: "", collect: "" }, reason: "" });

/*
 * What was counted against what the book says. A difference is written down with its reason and adjusts nothing; a day that
 * is closed stays. The same again is the same, so a press whose answer was lost may be repeated.
 */
export function MoneyDay() {
	const office = state.session?.office?.code ?? "";
	const [span, setSpan] = useState({ from: "", to: "" });
	const filter = `${span.from && `&from=${span.from}`}${span.to && `&to=${span.to}`}`;
	const days = useList<ClosedDay>(`/v1/money/days?limit=30${filter}`);
	const [closed, setClosed] = useState<ClosedDay[] | null>(null);
	const didClose = (rows: ClosedDay[] | null) => {
		setClosed(rows);
		if (rows) {
			void days.again();
		}
	};
	return (
		<>
			<h1>{t("money.day.title")}</h1>
			<CloseForm office={office} closed={closed} did={didClose} />
			<section>
				<h2>{t("money.day.list")}</h2>
				<div class="row">
					<label>{t("money.day.from")}<input type="date" value={span.from} onChange={(event) => setSpan({ ...span, from: event.currentTarget.value })} /></label>
					<label>{t("money.day.to")}<input type="date" value={span.to} onChange={(event) => setSpan({ ...span, to: event.currentTarget.value })} /></label>
				</div>
				<p class="problem" role="status">{days.problem}</p>
				{days.items?.length === 0 && <p class="empty">{t("money.day.empty")}</p>}
				{days.items && days.items.length > 0 && <DayRows rows={days.items} caption={t("money.day.list")} />}
				<More more={days.more} />
			</section>
		</>
	);
}

function CloseForm({ office, closed, did }: { office: string; closed: ClosedDay[] | null; did: (rows: ClosedDay[] | null) => void }) {
	const role = state.session?.role ?? "";
	const { draft, change, drop } = useDraft<Draft>("day", empty);
	const mine = useAll<Held>(`/v1/money/held?holder=me&limit=200`);
	const safe = useAll<Held>(`/v1/money/held?holder=safe&office=${encodeURIComponent(office)}&limit=200`);
	const [refused, setRefused] = useState("");
	const [isAsked, setAsked] = useState(false); // the server wants a reason
	const [isBusy, setBusy] = useState(false);
	const reason = useRef<HTMLTextAreaElement>(null);
	useLayoutEffect(() => reason.current?.focus(), [isAsked]);
	if (!draft) {
		return <p class="quiet">{t("loading")}</p>;
	}
	const book = draft.whose === "me" ? mine.items : draft.whose === "safe" ? safe.items : null;
	const reckoned = draft.day === today() ? book : null; // of a day that is over the server alone knows
	const differences = KINDS.map((kind) => {
		const counted = readMoney(draft.counted[kind]);
		return reckoned && counted !== null ? counted - sumOf(reckoned, kind) : 0;
	});
	const needsReason = isAsked || differences.some((difference) => difference !== 0);
	const set = (part: Partial<Draft>) => {
		did(null);
		change({ ...draft, ...part });
	};
	const missing = KINDS.filter((kind) => readMoney(draft.counted[kind]) === null);
	const send = async (event: SubmitEvent) => {
		event.preventDefault();
		if (isBusy || missing.length > 0) {
			setRefused(t("money.day.missing", { what: missing.map((kind) => word("money_kind", kind)).join(", ") }));
			document.getElementById(`counted-${missing[0]}`)?.focus();
			return;
		}
		setBusy(true);
		try {
			const { items } = await call<{ items: ClosedDay[] }>("POST", `/v1/money/days/${draft.day}/close`, {
				counted: Object.fromEntries(KINDS.map((kind) => [kind, readMoney(draft.counted[kind])])),
				...(draft.whose === "safe" ? { office: true } : draft.whose === "other" ? { account: draft.account.trim() } : {}),
				...(needsReason && draft.reason.trim() ? { reason: draft.reason.trim() } : {}),
			});
			drop();
			setAsked(false);
			setRefused("");
			did(items);
		} catch (error) {
			setAsked(isAsked || (error instanceof Problem && error.token === "unexplained"));
			setRefused(refusalOf(error));
			reason.current?.focus();
		}
		await Promise.all([mine.again(), safe.again()]);
		setBusy(false);
	};
	const choices: Whose[] = role === "courier" ? ["me"] : role === "clerk" ? ["me", "safe"] : ["me", "safe", "other"];
	return (
		<form onSubmit={send}>
			<p>{t("money.day.hint")}</p>
			<p class="problem" role="alert">{refused || mine.problem}</p>
			{closed && <section class="done" role="status"><p><strong>{t("money.day.closed")}</strong></p><DayRows rows={closed} caption={t("money.day.closed_caption")} /></section>}
			<div class="row">
				<label>{t("visits.day")}<input type="date" required max={today()} value={draft.day} onChange={(event) => event.currentTarget.value && set({ day: event.currentTarget.value })} /></label>
				{choices.length > 1 && (
					<label>{t("money.day.whose")}
						<select value={draft.whose} onChange={(event) => set({ whose: event.currentTarget.value as Whose })}>
							{choices.map((whose) => <option key={whose} value={whose}>{t(`money_whose.${whose}` as Word)}</option>)}
						</select>
					</label>
				)}
				{draft.whose === "other" && <label>{t("sign_in.account")}<input required autocomplete="off" autocapitalize="none" spellcheck={false} value={draft.account} onInput={(event) => set({ account: event.currentTarget.value })} /></label>}
			</div>
			<table class="money">
				<caption>{t("money.day.count")}</caption>
				<thead><tr><th scope="col">{t("money.kind")}</th><th scope="col" class="number">{t("money.day.reckoned")}</th><th scope="col" class="number">{t("money.day.counted")}</th><th scope="col" class="number">{t("money.day.difference")}</th></tr></thead>
				<tbody>
					{KINDS.map((kind, n) => (
						<tr key={kind}>
							<td>{word("money_kind", kind)}</td>
							<td class="number" data-label={t("money.day.reckoned")}>{reckoned ? showMoney(sumOf(reckoned, kind)) : t("money.day.server_knows")}</td>
							<td class="number" data-label={t("money.day.counted")}><input id={`counted-${kind}`} aria-label={t("money.day.counted_of", { what: word("money_kind", kind) })} aria-invalid={draft.counted[kind] !== "" && readMoney(draft.counted[kind]) === null} inputMode="numeric" autocomplete="off" value={draft.counted[kind]} onInput={(event) => set({ counted: { ...draft.counted, [kind]: event.currentTarget.value } })} /></td>
							<td class="number" data-label={t("money.day.difference")}>{differences[n] !== 0 ? <strong class="wrong">{signed(differences[n] ?? 0)}</strong> : reckoned && readMoney(draft.counted[kind]) !== null ? t("money.day.agrees") : ""}</td>
						</tr>
					))}
				</tbody>
			</table>
			{needsReason && <label>{t("money.day.reason")}<textarea ref={reason} required maxLength={500} rows={2} value={draft.reason} onInput={(event) => set({ reason: event.currentTarget.value })} /></label>}
			<p class="hint">{t("money.day.stays")}</p>
			<p><button type="submit" class="main" disabled={isBusy}>{t("money.day.close")}</button></p>
		</form>
	);
}

function DayRows({ rows, caption }: { rows: ClosedDay[]; caption: string }) {
	return (
		<table class="money">
			<caption>{caption}</caption>
			<thead><tr><th scope="col">{t("visits.day")}</th><th scope="col">{t("money.day.whose")}</th><th scope="col">{t("money.kind")}</th><th scope="col" class="number">{t("money.day.in")}</th><th scope="col" class="number">{t("money.day.out")}</th><th scope="col" class="number">{t("money.day.reckoned")}</th><th scope="col" class="number">{t("money.day.counted")}</th><th scope="col">{t("money.day.difference")}</th></tr></thead>
			<tbody>
				{rows.map((row) => (
					<tr key={`${row.day} ${row.office} ${row.person?.account} ${row.kind}`}>
						<td>{showDay(row.day)}</td><td>{row.person?.name ?? t("money.day.safe_of", { code: row.office })}</td><td>{word("money_kind", row.kind)}</td>
						<td class="number" data-label={t("money.day.in")}>{showMoney(row.in)}</td><td class="number" data-label={t("money.day.out")}>{showMoney(row.out)}</td>
						<td class="number" data-label={t("money.day.reckoned")}>{showMoney(row.reckoned)}</td><td class="number" data-label={t("money.day.counted")}>{showMoney(row.counted)}</td>
						<td>{row.difference === 0 ? t("money.day.agrees") : <><strong class="wrong">{signed(row.difference)}</strong> · {row.reason}</>}<br /><span class="quiet">{t("money.day.closed_by", { name: row.closed_by, time: showTime(row.closed_at) })}</span></td>
					</tr>
				))}
			</tbody>
		</table>
	);
}
