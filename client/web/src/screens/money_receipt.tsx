import { useLayoutEffect, useRef } from "preact/hooks";
import { showMoney } from "../intake/money";
import type { HandIn } from "../money/money";
import { showTime, t, word } from "../words/words";

export function HandInLines({ handIn }: { handIn: HandIn }) {
	return (
		<ul class="plain">
			{handIn.lines.map((line) => (
				<li key={`${line.kind} ${line.agency}`}>{word("money_kind", line.kind)}{line.agency && ` (${line.agency_name})`}: <strong>{showMoney(line.amount)}</strong></li>
			))}
		</ul>
	);
}

/* What both keep: who gave what to whom, and when. No sum of the three kinds: they are three owners' money. */
export function Receipt({ handIn, back }: { handIn: HandIn; back: () => void }) {
	const first = useRef<HTMLButtonElement>(null);
	useLayoutEffect(() => first.current?.focus(), []);
	return (
		<>
			<p class="row"><button ref={first} type="button" class="main" onClick={() => print()}>{t("money.receipt.print")}</button><button type="button" onClick={back}>{t("handover.back")}</button></p>
			<section class="slip">
				<p class="slip-head"><span>{t("money.receipt.office", { code: handIn.office })}</span><span>{showTime(handIn.received_at ?? "")}</span></p>
				<h2>{t("money.receipt.title")}</h2>
				<dl>
					<dt>{t("money.receipt.giver")}</dt><dd>{handIn.giver}</dd>
					<dt>{t("money.receipt.receiver")}</dt><dd>{handIn.receiver}</dd>
					<dt>{t("money.receipt.offered")}</dt><dd>{showTime(handIn.offered_at)}</dd>
					<dt>{t("money.receipt.received")}</dt><dd>{showTime(handIn.received_at ?? "")}</dd>
				</dl>
				<table>
					<thead><tr><th scope="col">{t("money.kind")}</th><th scope="col">{t("money.owner")}</th><th scope="col" class="number">{t("money.amount")}</th></tr></thead>
					<tbody>
						{handIn.lines.map((line) => (
							<tr key={`${line.kind} ${line.agency}`}><td>{word("money_kind", line.kind)}</td><td>{line.agency_name ?? t("money.posts")}</td><td class="number">{showMoney(line.amount)}</td></tr>
						))}
					</tbody>
				</table>
				<p class="slip-small">{t("money.receipt.number", { id: handIn.id })}</p>
				<div class="slip-signs"><p>{t("money.receipt.giver")}<span>{handIn.giver}</span></p><p>{t("money.receipt.receiver")}<span>{handIn.receiver}</span></p></div>
			</section>
		</>
	);
}
