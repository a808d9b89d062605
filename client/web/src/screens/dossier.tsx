import { useEffect, useState } from "preact/hooks";
import { state } from "../app";
import { call } from "../base/call";
import { showDay } from "../base/day";
import { showItemCode } from "../base/item_code";
import { label } from "../words/labels";
import { showAge, showTime, t, word } from "../words/words";
import { showMoney } from "../intake/money";
import { type Told, voidedOf } from "../step/step";
import { later } from "./later";
import { wordsOf } from "./sign_in";
import { Steps } from "./steps";

const ProofView = later(async () => (await import("./proving")).ProofView);

interface Person {
	name: string;
	phone: string | null;
	address: string | null;
}

interface Whole extends Told {
	agency: { name: string } | null;
	procedure: { name: string } | null;
	sender: Person | null;
	receiver: Person | null;
	due_on: string | null;
	submitted_at: string | null;
	received_on: string | null;
	result_ready_at: string | null;
	legs: { item_code: string; kind: string; state: string; state_at: string | null; state_office: { name: string } | null; state_actor: string | null; redirected_to: Person | null }[];
	events: (Told["events"][number] & { office: string | null; device_clock?: { offset_s: number; corrected_at: string | null } })[];
}

function PersonLine({ title, person }: { title: string; person: Person | null }) {
	return person && <><dt>{title}</dt><dd>{[person.name, person.phone, person.address].filter(Boolean).join(" · ")}</dd></>;
}

/* What a step said, in the order in which its form asks for it. */
function saidIn({ item_code, kind, data }: Whole["events"][number], events: Whole["events"]): string {
	const text = (name: string) => (typeof data?.[name] === "string" ? (data[name] as string) : "");
	const day = (name: string) => (text(name) ? t("dossier.day", { what: t(name === "due_on" ? "dossier.due" : "dossier.received"), day: showDay(text(name)) }) : "");
	if (kind === "void") {
		const target = events.find(({ event_id }) => event_id === data?.target);
		return [target && label("events", target.kind), text("void_reason") && word("void_reason", text("void_reason")), text("note")].filter(Boolean).join(" · ");
	}
	if (["lost", "found", "damaged", "redirected"].includes(kind)) {
		return [text("note"), text("minutes") && t("dossier.minutes", { number: text("minutes") }), text("requester") && t("dossier.requester", { name: text("requester") }),
			typeof data?.fee === "number" && t("dossier.redirect_fee", { amount: showMoney(data.fee) })].filter(Boolean).join(" · ");
	}
	return item_code ? "" : [text("result_kind"), text("number"), text("content"), day("received_on"), day("due_on"),
		typeof data?.collect === "number" ? showMoney(data.collect) : "", text("reclaim"), text("slip"), text("note")].filter(Boolean).join(" · ");
}

function Proven({ data }: Whole["events"][number]) {
	return (["signature", "photo"] as const).map((what) => typeof data?.[what] === "string" && <ProofView key={what} what={what} sha256={data[what] as string} />);
}

/* A time of a device whose clock was off is shown as it was claimed, and what it was by the server's clock below it. */
function clockIn({ device_clock: clock }: Whole["events"][number]): string {
	return clock ? [t(clock.offset_s > 0 ? "dossier.clock_fast" : "dossier.clock_slow", { by: showAge(Math.abs(clock.offset_s)) }),
		clock.corrected_at ? t("dossier.by_server", { at: showTime(clock.corrected_at) }) : t("dossier.by_nobody")].join("; ") : "";
}

export function Dossier({ code }: { code: string }) {
	const [dossier, setDossier] = useState<Whole | null>(null);
	const [problem, setProblem] = useState("");
	const load = () => void call<Whole>("GET", `/v1/dossiers/${encodeURIComponent(code)}`).then((whole) => {
		setDossier(whole);
		setProblem("");
	}, (error) => setProblem(wordsOf(error)));
	useEffect(load, [code]);
	if (!dossier) {
		return <p class={problem ? "problem" : "quiet"} role="status">{problem || t("loading")}</p>;
	}
	const voided = voidedOf(dossier);
	return (
		<>
			<h1>{t("dossier.title", { code: dossier.dossier_code ?? t("dossier.no_code") })}</h1>
			{problem && <p class="problem" role="alert">{problem}</p>}
			<dl>
				<dt>{t("column.state")}</dt><dd><strong>{label("dossier_statuses", dossier.status)}</strong></dd>
				<dt>{t("dossier.procedure")}</dt><dd>{dossier.procedure?.name}</dd>
				<dt>{t("dossier.agency")}</dt><dd>{dossier.agency?.name}</dd>
				<PersonLine title={t("dossier.sender")} person={dossier.sender} />
				<PersonLine title={t("dossier.receiver")} person={dossier.receiver} />
				{dossier.submitted_at && <><dt>{t("dossier.submitted")}</dt><dd>{showTime(dossier.submitted_at)}</dd></>}
				{dossier.received_on && <><dt>{t("dossier.received")}</dt><dd>{showDay(dossier.received_on)}</dd></>}
				{dossier.due_on && <><dt>{t("dossier.due")}</dt><dd>{showDay(dossier.due_on)}</dd></>}
				{dossier.result_ready_at && <><dt>{t("dossier.result_ready")}</dt><dd>{showTime(dossier.result_ready_at)}</dd></>}
			</dl>
			{["agency", "supervisor", "clerk"].includes(state.session?.role ?? "") && <Steps key={code} dossier={dossier} changed={load} />}
			<h2>{t("dossier.legs")}</h2>
			<table>
				<thead><tr><th scope="col">{t("column.code")}</th><th scope="col">{t("column.kind")}</th><th scope="col">{t("column.state")}</th><th scope="col">{t("column.where")}</th><th scope="col">{t("column.when")}</th></tr></thead>
				<tbody>
					{dossier.legs.map((leg) => (
						<tr key={leg.item_code}>
							<td class="code">{showItemCode(leg.item_code)}</td><td>{label("leg_kinds", leg.kind)}</td>
							<td>
								<strong>{label("leg_states", leg.state)}</strong>
								{leg.redirected_to && <p class="said">{t("dossier.redirected_to", { to: [leg.redirected_to.name, leg.redirected_to.phone, leg.redirected_to.address].filter(Boolean).join(" · ") })}</p>}
							</td>
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
							<td>{showTime(event.occurred_at)}{clockIn(event) && <p class="said">{clockIn(event)}</p>}</td><td>{event.item_code === "" && event.kind === "bound" ? t("step.bound") : label("events", event.kind)}</td>
							<td class={event.item_code && "code"}>{event.item_code ? showItemCode(event.item_code) : t("dossier.itself")}</td>
							<td>{[event.actor, event.office].filter(Boolean).join(", ")}</td><td>{label("verdicts", event.verdict)}{voided.has(event.event_id) && <span class="late"> · <strong>{t("dossier.voided")}</strong></span>}{saidIn(event, dossier.events) && <p class="said">{saidIn(event, dossier.events)}</p>}<Proven {...event} /></td>
						</tr>
					))}
				</tbody>
			</table>
		</>
	);
}
