import { useEffect, useState } from "preact/hooks";
import { state } from "../app";
import { call } from "../base/call";
import { showItemCode } from "../base/item_code";
import { uuid7 } from "../base/uuid7";
import { showMoney } from "../intake/money";
import { type Expected, isSigned, type Line, type Manifest, signState, type Whole } from "../manifest/manifest";
import { keep, kept } from "../queue/store";
import { label } from "../words/labels";
import { showAge, showTime, t, word } from "../words/words";
import { More, useList } from "./load";
import { LongTable } from "./long_list";
import { wordsOf } from "./sign_in";

/*
 * What an agency's officer signs: a hand-over as it is on their screen now, and no other. The post closes it with the number
 * of the signature; whatever is scanned after the signature makes that number worthless.
 */
interface Kept {
	id: string;
	revision: number;
}

export function Handovers() {
	const { items, problem, more, again } = useList<Manifest>("/v1/manifests?state=open&limit=100");
	const all = items?.filter(({ kind }) => isSigned(kind));
	const waiting = all?.filter((one) => signState(one) !== "signed");
	const signed = all?.filter((one) => signState(one) === "signed") ?? [];
	return (
		<>
			<h1>{t("handovers.title")}</h1>
			<p><button type="button" onClick={again}>{t("handovers.again")}</button></p>
			<p class="problem" role="alert">{problem}</p>
			{waiting?.length === 0 && !more && <p class="empty">{t("handovers.empty")}</p>}
			{waiting && waiting.length > 0 && <List items={waiting} />}
			{signed.length > 0 && <><h2>{t("handovers.signed")}</h2><List items={signed} /></>}
			<More more={more} />
		</>
	);
}

function List({ items }: { items: Manifest[] }) {
	return (
		<ul class="plain">
			{items.map((one) => (
				<li key={one.id}>
					<a href={`#/handover/${one.id}`}>{word("manifest", one.kind)}</a>{" · "}
					{t("handovers.lines", { n: one.lines_count })} · {one.office.name}, {one.opened_by} · {showAge(one.age_s)}
					{one.consent && <strong class={`sign-${signState(one)}`}> · {signState(one) === "signed" ? t("sign.signed", { name: one.consent.name, at: showTime(one.consent.at) }) : t("sign.stale")}</strong>}
				</li>
			))}
		</ul>
	);
}

export function Handover({ id }: { id: string }) {
	const path = `/v1/manifests/${encodeURIComponent(id)}`;
	const [whole, setWhole] = useState<Whole | null>(null);
	const [problem, setProblem] = useState("");
	const load = () => call<Whole>("GET", path).then(setWhole, (error) => setProblem(wordsOf(error)));
	const expected = useList<Expected>(`${path}/expected?limit=100`);
	useEffect(() => void load(), [id]);
	const look = () => {
		setProblem("");
		expected.again();
		void load();
	};
	if (!whole) {
		return <p class={problem ? "problem" : "quiet"} role="status">{problem || t("loading")}</p>;
	}
	const counted = whole.lines.filter(({ counts }) => counts);
	const missing = expected.items?.filter(({ scanned }) => !scanned) ?? [];
	return (
		<>
			<h1>{word("manifest", whole.kind)}</h1>
			<p>{whole.office.name}, {whole.opened_by} · {showTime(whole.opened_at)}</p>
			<p class="problem" role="alert">{problem || expected.problem}</p>
			<p><strong>{t("handover.counts", { scanned: counted.length, missing: expected.items ? `${missing.length}${expected.more ? "+" : ""}` : "?", incomplete: whole.incomplete })}</strong></p>
			{whole.fee > 0 && <p>{t("handover.fee", { amount: showMoney(whole.fee) })}</p>}
			{whole.collect > 0 && <p>{t("handover.collect", { amount: showMoney(whole.collect) })}</p>}
			<Lines lines={counted} />
			{missing.length > 0 && <Missing items={missing} />}
			<More more={expected.more} />
			{whole.state === "open" ? <Sign whole={whole} path={path} isEmpty={counted.length === 0} told={setProblem} look={load} /> : <p class="done">{t("handover.over")}</p>}
			<p><button type="button" onClick={look}>{t("handovers.again")}</button> <a href="#/handovers">{t("handover.back")}</a></p>
		</>
	);
}

/* To what the officer may say of it. */
function DossierLink({ item, code }: { item: string; code: string | null }) {
	return <a href={`#/dossier/${encodeURIComponent(item)}`}>{code ?? t("dossier.no_code")}</a>;
}

function Lines({ lines }: { lines: Line[] }) {
	return (
		<LongTable caption={t("handover.scanned")} columns={["column.code", "column.dossier", "column.leg", "column.state"]} items={lines} keyOf={({ id }) => id}
			row={(line, at) => (
				<tr {...at} class={`verdict-${line.verdict}`}>
					<td class="code">{showItemCode(line.item_code)}</td><td><DossierLink item={line.item_code} code={line.dossier_code} /></td>
					<td>{line.leg_kind && label("leg_kinds", line.leg_kind)}</td>
					<td>
						<strong>{label("verdicts", line.verdict)}</strong>
						{line.complete !== null && ` · ${t(line.complete ? "handover.complete" : "handover.incomplete")}`}
						{line.amount !== null && ` · ${showMoney(line.amount)}`}{line.note && ` · ${line.note}`}
					</td>
				</tr>
			)} />
	);
}

function Missing({ items }: { items: Expected[] }) {
	return (
		<LongTable caption={t("handover.missing")} columns={["column.code", "column.dossier", "column.leg"]} items={items} keyOf={({ item_code, money_kind }) => `${item_code} ${money_kind}`}
			row={(item, at) => (
				<tr {...at}><td class="code">{showItemCode(item.item_code)}</td><td><DossierLink item={item.item_code} code={item.dossier_code} /></td><td>{label("leg_kinds", item.leg_kind)}</td></tr>
			)} />
	);
}

/* The number is kept before it is sent: pressed twice, or after a lost answer, it is one signature. */
async function consentTo({ id, revision }: Whole): Promise<Kept> {
	const name = `consent/${state.session?.account}/${id}`;
	const before = await kept<Kept>(name);
	const consent = before?.revision === revision ? { id: before.id, revision } : { id: uuid7(), revision };
	await keep(name, consent);
	return consent;
}

function Sign({ whole, path, isEmpty, told, look }: { whole: Whole; path: string; isEmpty: boolean; told: (problem: string) => void; look: () => Promise<void> }) {
	const [isBusy, setBusy] = useState(false);
	const signed = signState(whole);
	const sign = async () => {
		setBusy(true);
		try {
			await call("POST", `${path}/consents`, await consentTo(whole));
			told("");
			await look();
		} catch (error) {
			told(wordsOf(error));
		}
		setBusy(false);
	};
	if (signed === "signed" && whole.consent) {
		return <section class="done" role="status"><p><strong>{t("handover.signed", { at: showTime(whole.consent.at), name: whole.consent.name })}</strong></p><p>{t("handover.seen_by_post")}</p></section>;
	}
	return (
		<>
			{signed === "stale" && <p class="problem" role="status">{t("handover.changed")}</p>}
			<p>{t("handover.meaning")}</p>
			<button type="button" class="main" disabled={isBusy || isEmpty} onClick={sign}>{t("handover.sign")}</button>
		</>
	);
}
