import { useState } from "preact/hooks";
import { state } from "../app";
import { call, Problem } from "../base/call";
import { uuid7 } from "../base/uuid7";
import { readMoney, showMoney } from "../intake/money";
import { type HandIn, type Held, keyOf, refusalOf, useAll, useDraft } from "../money/money";
import { showTime, t, type Word, word } from "../words/words";
import { More, useList } from "./load";
import { MoneyDay } from "./money_day";
import { HandInLines, Receipt } from "./money_receipt";
import { MoneySafe } from "./money_safe";

/* The courier has what they hold and their own day; the safe and what leaves it are the counter's. */
const PARTS: { name: string; roles: string[] }[] = [
	{ name: "", roles: ["clerk", "courier", "supervisor"] },
	{ name: "safe", roles: ["clerk", "supervisor"] },
	{ name: "remit", roles: ["clerk", "supervisor"] }, // on the manifests' screen
	{ name: "day", roles: ["clerk", "courier", "supervisor"] },
];

const REMIT = "#/manifests/remit";

export function Money({ part }: { part: string }) {
	const [receipt, setReceipt] = useState<HandIn | null>(null);
	const role = state.session?.role ?? "";
	const parts = PARTS.filter(({ roles }) => roles.includes(role));
	const current = parts.find(({ name }) => name === part && name !== "remit")?.name ?? "";
	if (receipt) {
		return <Receipt handIn={receipt} back={() => setReceipt(null)} />;
	}
	return (
		<>
			<nav class="parts" aria-label={t("nav.money")}>
				{parts.map(({ name }) => (
					<a key={name} href={name === "remit" ? REMIT : name ? `#/money/${name}` : "#/money"} aria-current={name === current ? "page" : undefined}>{t(`money_part.${name || "mine"}` as Word)}</a>
				))}
			</nav>
			{current === "" && <Mine show={setReceipt} />}
			{current === "safe" && <MoneySafe show={setReceipt} />}
			{current === "day" && <MoneyDay />}
		</>
	);
}

function Mine({ show }: { show: (handIn: HandIn) => void }) {
	const held = useAll<Held>("/v1/money/held?holder=me&limit=200");
	const offered = useAll<HandIn>("/v1/money/hand-ins?state=offered&giver=me&limit=200");
	const before = useList<HandIn>("/v1/money/hand-ins?giver=me&limit=20");
	const [refused, setRefused] = useState("");
	const again = async () => {
		await Promise.all([held.again(), offered.again(), before.again()]);
	};
	const cancel = async (handIn: HandIn) => {
		try {
			await call("POST", `/v1/money/hand-ins/${handIn.id}/cancel`);
			setRefused("");
		} catch (error) {
			setRefused(refusalOf(error));
		}
		await again();
	};
	const past = before.items?.filter((handIn) => handIn.state !== "offered") ?? [];
	return (
		<>
			<h1>{t("money.mine.title")}</h1>
			<p class="problem" role="alert">{refused || held.problem || offered.problem}</p>
			{held.items?.length === 0 && <p class="empty">{t("money.mine.empty")}</p>}
			{held.items && offered.items && held.items.length > 0 && <HandInForm held={held.items} offered={offered.items} again={again} told={setRefused} />}
			{offered.items && offered.items.length > 0 && (
				<section>
					<h2>{t("money.offered.title")}</h2>
					<p>{t("money.offered.hint")}</p>
					{offered.items.map((handIn) => (
						<article key={handIn.id}>
							<p>{t("money.offered.at", { time: showTime(handIn.offered_at) })}</p>
							<HandInLines handIn={handIn} />
							<p><button type="button" aria-label={`${t("money.cancel")}: ${showTime(handIn.offered_at)}`} onClick={() => cancel(handIn)}>{t("money.cancel")}</button></p>
						</article>
					))}
				</section>
			)}
			{past.length > 0 && <Past handIns={past} show={show} />}
			<More more={before.more} />
			<p><button type="button" onClick={again}>{t("handovers.again")}</button></p>
		</>
	);
}

export function Past({ handIns, show }: { handIns: HandIn[]; show: (handIn: HandIn) => void }) {
	return (
		<section>
			<h2>{t("money.past.title")}</h2>
			{handIns.map((handIn) => (
				<article key={handIn.id}>
					<p>
						<strong>{word("money_state", handIn.state)}</strong> · {t("money.past.line", { giver: handIn.giver, time: showTime(handIn.received_at ?? handIn.offered_at) })}
						{handIn.receiver && ` · ${t("money.past.receiver", { name: handIn.receiver })}`}
					</p>
					<HandInLines handIn={handIn} />
					{handIn.state === "received" && <p><button type="button" aria-label={`${t("money.receipt.show")}: ${handIn.giver}, ${showTime(handIn.received_at ?? "")}`} onClick={() => show(handIn)}>{t("money.receipt.show")}</button></p>}
				</article>
			))}
		</section>
	);
}

interface Draft {
	id: string; // made with the form: however often it is pressed, it is one hand-in
	amounts: Record<string, string>; // what was typed over what is held
}

/* Of an agency that was renamed there are several rows under one code: what is offered is offered of all of them. */
function mineOf(held: Held[], offered: HandIn[]) {
	return held.filter((row) => row.held > 0).map((row) => {
		const key = keyOf(row.kind, row.agency?.code ?? null);
		const waits = offered.flatMap(({ lines }) => lines).filter((line) => keyOf(line.kind, line.agency) === key)
			.reduce((sum, { amount }) => sum + amount, 0);
		return { ...row, key, waits, left: Math.max(row.held - waits, 0) };
	});
}

function HandInForm({ held, offered, again, told }: { held: Held[]; offered: HandIn[]; again: () => Promise<void>; told: (refused: string) => void }) {
	const { draft, change, drop } = useDraft<Draft>("hand-in", () => ({ id: uuid7(), amounts: {} }));
	const [isBusy, setBusy] = useState(false);
	const [isDone, setDone] = useState(false);
	if (!draft) {
		return <p class="quiet">{t("loading")}</p>;
	}
	const mine = mineOf(held, offered);
	const below = held.filter((row) => row.held < 0);
	const open = mine.filter(({ left }) => left > 0);
	const typed = (key: string, left: number) => draft.amounts[key] ?? String(left).replace(/\B(?=(\d{3})+$)/g, ".");
	const amounts = open.map((row) => ({ row, amount: readMoney(typed(row.key, row.left)) }));
	const wrong = amounts.filter(({ row, amount }) => amount === null || amount > row.left);
	const lines = amounts.filter(({ amount }) => amount).map(({ row, amount }) => ({ kind: row.kind, amount, ...(row.agency ? { agency: row.agency.code } : {}) }));
	const send = async (event: SubmitEvent) => {
		event.preventDefault();
		if (isBusy || wrong.length > 0 || lines.length === 0) {
			told(wrong.length > 0 ? "" : t("money.nothing_typed"));
			return;
		}
		setBusy(true);
		try {
			await call("POST", "/v1/money/hand-ins", { id: draft.id, lines });
			drop();
			setDone(true);
			told("");
			await again();
		} catch (error) {
			if (error instanceof Problem && error.token === "key_reuse") {
				drop(); // the press before did arrive, with other amounts: it stands below
				await again();
				told(t("money.sent_before"));
			} else {
				told(refusalOf(error));
			}
		}
		setBusy(false);
	};
	return (
		<form onSubmit={send}>
			{isDone && open.length === 0 && <p class="done" role="status">{t("money.offered.done")}</p>}
			<table class="money">
				<caption>{t("money.mine.caption")}</caption>
				<thead><tr><th scope="col">{t("money.kind")}</th><th scope="col">{t("money.owner")}</th><th scope="col" class="number">{t("money.held")}</th><th scope="col" class="number">{t("money.hand_in_now")}</th></tr></thead>
				<tbody>
					{mine.map((row) => {
						const what = `${word("money_kind", row.kind)}, ${row.agency?.name ?? t("money.posts")}`;
						const isWrong = wrong.some((one) => one.row.key === row.key);
						return (
							<tr key={row.key}>
								<td>{word("money_kind", row.kind)}</td><td>{row.agency?.name ?? t("money.posts")}</td>
								<td class="number" data-label={t("money.held")}><strong>{showMoney(row.held)}</strong></td>
								<td class="number" data-label={t("money.hand_in_now")}>
									{row.waits > 0 && <span>{t("money.waits", { amount: showMoney(row.waits) })} </span>}
									{row.left > 0 && <input aria-label={t("money.hand_in_of", { what })} aria-invalid={isWrong} inputMode="numeric" autocomplete="off" value={typed(row.key, row.left)} onInput={(event) => change({ ...draft, amounts: { ...draft.amounts, [row.key]: event.currentTarget.value } })} />}
									{isWrong && <span class="wrong" role="alert">{t("money.wrong_amount", { most: showMoney(row.left) })}</span>}
								</td>
							</tr>
						);
					})}
				</tbody>
			</table>
			{below.length > 0 && <p class="problem">{t("money.below", { what: below.map((row) => `${word("money_kind", row.kind)} ${showMoney(row.held)}`).join(", ") })}</p>}
			{open.length > 0 && <p class="hint">{t("money.mine.hint")}</p>}
			{open.length > 0 && <p><button type="submit" class="main" disabled={isBusy}>{t("money.hand_in")}</button></p>}
		</form>
	);
}
