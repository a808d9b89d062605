import { useEffect, useState } from "preact/hooks";
import { call } from "../base/call";
import { showItemCode } from "../base/item_code";
import { label } from "../words/labels";
import { showTime, t } from "../words/words";
import { wordsOf } from "./sign_in";

interface Person {
	name: string;
	phone: string | null;
	address: string | null;
}

interface Whole {
	dossier_code: string | null;
	agency: { name: string } | null;
	procedure: { name: string } | null;
	sender: Person | null;
	receiver: Person | null;
	due_on: string | null;
	legs: { item_code: string; kind: string; state: string; state_at: string | null; state_office: { name: string } | null; state_actor: string | null }[];
	events: { event_id: string; item_code: string; kind: string; occurred_at: string; verdict: string; actor: string; office: string | null }[];
}

function PersonLine({ title, person }: { title: string; person: Person | null }) {
	return person && <><dt>{title}</dt><dd>{[person.name, person.phone, person.address].filter(Boolean).join(" · ")}</dd></>;
}

export function Dossier({ code }: { code: string }) {
	const [dossier, setDossier] = useState<Whole | null>(null);
	const [problem, setProblem] = useState("");
	useEffect(() => {
		call<Whole>("GET", `/v1/dossiers/${encodeURIComponent(code)}`).then(setDossier, (error) => setProblem(wordsOf(error)));
	}, [code]);
	if (!dossier) {
		return <p class={problem ? "problem" : "quiet"} role="status">{problem || t("loading")}</p>;
	}
	return (
		<>
			<h1>{t("dossier.title", { code: dossier.dossier_code ?? t("dossier.no_code") })}</h1>
			<dl>
				<dt>{t("dossier.procedure")}</dt><dd>{dossier.procedure?.name}</dd>
				<dt>{t("dossier.agency")}</dt><dd>{dossier.agency?.name}</dd>
				<PersonLine title={t("dossier.sender")} person={dossier.sender} />
				<PersonLine title={t("dossier.receiver")} person={dossier.receiver} />
				{dossier.due_on && <><dt>{t("dossier.due")}</dt><dd>{dossier.due_on.split("-").reverse().join("/")}</dd></>}
			</dl>
			<h2>{t("dossier.legs")}</h2>
			<table>
				<thead><tr><th scope="col">{t("column.code")}</th><th scope="col">{t("column.kind")}</th><th scope="col">{t("column.state")}</th><th scope="col">{t("column.where")}</th><th scope="col">{t("column.when")}</th></tr></thead>
				<tbody>
					{dossier.legs.map((leg) => (
						<tr key={leg.item_code}>
							<td class="code">{showItemCode(leg.item_code)}</td><td>{label("leg_kinds", leg.kind)}</td>
							<td><strong>{label("leg_states", leg.state)}</strong></td>
							<td>{[leg.state_actor, leg.state_office?.name].filter(Boolean).join(", ")}</td><td>{showTime(leg.state_at ?? "")}</td>
						</tr>
					))}
				</tbody>
			</table>
			<h2>{t("dossier.timeline")}</h2>
			<table>
				<thead><tr><th scope="col">{t("column.when")}</th><th scope="col">{t("column.kind")}</th><th scope="col">{t("column.code")}</th><th scope="col">{t("column.who")}</th><th scope="col">{t("column.what")}</th></tr></thead>
				<tbody>
					{dossier.events.map((event) => (
						<tr key={event.event_id} class={`verdict-${event.verdict}`}>
							<td>{showTime(event.occurred_at)}</td><td>{label("events", event.kind)}</td><td class="code">{showItemCode(event.item_code)}</td>
							<td>{[event.actor, event.office].filter(Boolean).join(", ")}</td><td>{label("verdicts", event.verdict)}</td>
						</tr>
					))}
				</tbody>
			</table>
		</>
	);
}
