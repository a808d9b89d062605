import { useLayoutEffect, useRef } from "preact/hooks";
import { showItemCode } from "../base/item_code";
import { type Following, itemsPathOf, type Question } from "../report/report";
import { label } from "../words/labels";
import { showTime, t } from "../words/words";
import { Loading, More, useList } from "./load";
import { LongTable } from "./long_list";

interface ReportItem {
	at: string;
	item_code: string;
	dossier: string;
	dossier_code: string | null;
	kind: string;
	state: string;
	agency: string | null;
	procedure: string | null;
	office: string | null;
	courier: string | null;
}

/** ReportItems - which items one number counts. */
export function ReportItems({ question, following, back }: { question: Question; following: Following; back: () => void }) {
	const { items, problem, more } = useList<ReportItem>(itemsPathOf(question, following));
	const heading = useRef<HTMLHeadingElement>(null);
	useLayoutEffect(() => heading.current?.focus(), []);
	return (
		<section>
			<h2 ref={heading} tabIndex={-1}><span lang="vi">{following.words}</span>: {following.count}</h2>
			<p><button type="button" onClick={back}>{t("reports.back")}</button></p>
			<p class="problem" role="alert">{problem}</p>
			<Loading of={items} problem={problem} />
			{items?.length === 0 && <p class="empty">{t("reports.no_items")}</p>}
			{items && items.length > 0 && (
				<LongTable columns={["column.when", "column.dossier", "column.code", "column.state", "dossier.agency", "dossier.procedure", "column.who"]} items={items} keyOf={({ item_code, at }) => `${item_code} ${at}`}
					row={(item, at) => (
						<tr {...at}>
							<td>{showTime(item.at)}</td>
							<td><a href={`#/dossier/${item.dossier}`}>{item.dossier_code ?? t("dossier.no_code")}</a></td>
							<td class="code">{showItemCode(item.item_code)}</td>
							<td>{label("leg_kinds", item.kind)} · {label("leg_states", item.state)}</td>
							<td>{item.agency}</td><td>{item.procedure}</td><td>{[item.courier, item.office].filter(Boolean).join(", ")}</td>
						</tr>
					)} />
			)}
			<More more={more} />
		</section>
	);
}
