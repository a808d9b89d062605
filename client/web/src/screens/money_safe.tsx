import { useState } from "preact/hooks";
import { state } from "../app";
import { call } from "../base/call";
import { showMoney } from "../intake/money";
import { type HandIn, type Held, isUnknown, refusalOf, useAll } from "../money/money";
import { showTime, t, word } from "../words/words";
import { More, useList } from "./load";
import { Past } from "./money";
import { HandInLines } from "./money_receipt";

/* What others bring, what is in the safe, and who still has some. Nobody receives what they offered themselves; below, a supervisor receives, too. */
export function MoneySafe({ show }: { show: (handIn: HandIn) => void }) {
	const offered = useAll<HandIn>("/v1/money/hand-ins?state=offered&limit=200");
	const safe = useAll<Held>("/v1/money/held?holder=safe&limit=200");
	const all = useList<Held>("/v1/money/held?limit=100");
	const before = useList<HandIn>("/v1/money/hand-ins?state=received&limit=10");
	const [refused, setRefused] = useState("");
	const [taken, setTaken] = useState<HandIn | null>(null);
	const [busy, setBusy] = useState("");
	const [unsure, setUnsure] = useState<HandIn | null>(null); // its answer was lost: it stays, so that it can be pressed again
	const again = async () => {
		await Promise.all([offered.again(), safe.again(), all.again(), before.again()]);
	};
	const receive = async (handIn: HandIn) => {
		setBusy(handIn.id);
		try {
			setTaken(await call<HandIn>("POST", `/v1/money/hand-ins/${handIn.id}/receive`));
			setRefused("");
			setUnsure(null);
		} catch (error) {
			setTaken(null);
			setRefused(refusalOf(error));
			setUnsure(isUnknown(error) ? handIn : null);
		}
		await again();
		setBusy("");
	};
	const waiting = offered.items && [...offered.items, ...(unsure && !offered.items.some(({ id }) => id === unsure.id) ? [unsure] : [])];
	const people = all.items?.filter(({ person }) => person) ?? [];
	return (
		<>
			<h1>{t("money.safe.title")}</h1>
			<p class="problem" role="alert">{refused || offered.problem || safe.problem}</p>
			{taken && (
				<section class="done" role="status">
					<p><strong>{t("money.safe.taken", { giver: taken.giver })}</strong></p>
					<HandInLines handIn={taken} />
					<p><button type="button" onClick={() => show(taken)}>{t("money.receipt.show")}</button></p>
				</section>
			)}
			<h2>{t("money.safe.waiting")}</h2>
			{waiting?.length === 0 && <p class="empty">{t("money.safe.none_waiting")}</p>}
			{waiting?.map((handIn) => (
				<article key={handIn.id}>
					<p><strong>{handIn.giver}</strong> · {t("money.offered.at", { time: showTime(handIn.offered_at) })}</p>
					<HandInLines handIn={handIn} />
					{handIn.giver_account === state.session?.account
						? <p class="quiet">{t("money.safe.own")}</p>
						: handIn.office !== state.session?.office?.code && state.session?.role !== "supervisor"
							? <p class="quiet">{t("money.safe.other_office", { code: handIn.office })}</p>
							: <p><button type="button" class="main" disabled={busy !== ""} aria-label={`${t("money.safe.receive")}: ${handIn.giver}`} onClick={() => receive(handIn)}>{t("money.safe.receive")}</button></p>}
				</article>
			))}
			{safe.items?.length === 0 && <><h2>{t("money.safe.caption")}</h2><p class="empty">{t("money.safe.empty")}</p></>}
			{safe.items && safe.items.length > 0 && <HeldTable rows={safe.items} caption={t("money.safe.caption")} />}
			{people.length > 0 && <HeldTable rows={people} caption={t("money.safe.people")} />}
			{all.items && people.length === 0 && !all.more && <p class="quiet">{t("money.safe.nobody")}</p>}
			<More more={all.more} />
			{before.items && before.items.length > 0 && <Past handIns={before.items} show={show} />}
			<More more={before.more} />
			<p><button type="button" onClick={again}>{t("handovers.again")}</button></p>
		</>
	);
}

export function HeldTable({ rows, caption }: { rows: Held[]; caption: string }) {
	const isPeoples = rows.some(({ person }) => person);
	const isMany = rows.some(({ office }) => office.code !== state.session?.office?.code); // a supervisor sees more than one
	return (
		<table class="money">
			<caption>{caption}</caption>
			<thead><tr>{isMany && <th scope="col">{t("board.office")}</th>}{isPeoples && <th scope="col">{t("money.who")}</th>}<th scope="col">{t("money.kind")}</th><th scope="col">{t("money.owner")}</th><th scope="col" class="number">{t("money.held")}</th></tr></thead>
			<tbody>
				{rows.map((row) => (
					<tr key={`${row.office.code} ${row.person?.account} ${row.kind} ${row.agency?.code}`} class={row.held < 0 ? "late" : undefined}>
						{isMany && <td>{row.office.name}</td>}{isPeoples && <td>{row.person?.name}</td>}
						<td>{word("money_kind", row.kind)}</td><td>{row.agency?.name ?? t("money.posts")}</td>
						<td class="number"><strong>{showMoney(row.held)}</strong>{row.held < 0 && <span class="wrong"> {t("money.below_row")}</span>}</td>
					</tr>
				))}
			</tbody>
		</table>
	);
}
