import { useEffect, useState } from "preact/hooks";
import { state } from "../app";
import { KINDS, type Manifest, partyOf, signState } from "../manifest/manifest";
import { keptManifests } from "../manifest/use_manifest";
import { showAge, showTime, t, type Word, word } from "../words/words";
import { More, useList } from "./load";
import { LongTable } from "./long_list";
import { Owed } from "./manifest_money";

/* What this office hands over together: open ones to go on with, closed ones to look at and print again. */
const STATES = ["open", "closed", "cancelled"];

/* @first: the kind that it begins with; "": all. Of money, what each agency is owed stands above. */
export function Manifests({ first }: { first: string }) {
	const [wanted, setWanted] = useState("open");
	const [kind, setKind] = useState(first);
	const { items, problem, more, again } = useList<Manifest>(`/v1/manifests?state=${wanted}&limit=50${kind && `&kind=${kind}`}`);
	return (
		<>
			<h1>{t("manifests.title")}</h1>
			<div class="row">
				<a class="button main" href="#/manifests/new">{t("manifests.new")}</a>
				<label>{t("manifests.state")}
					<select value={wanted} onChange={(event) => setWanted(event.currentTarget.value)}>
						{STATES.map((name) => <option key={name} value={name}>{word("manifests_state", name)}</option>)}
					</select>
				</label>
				<label>{t("manifests.kind")}
					<select value={kind} onChange={(event) => setKind(event.currentTarget.value)}>
						<option value="">{t("manifests.kind.all")}</option>
						{Object.keys(KINDS).map((name) => <option key={name} value={name}>{word("manifest", name)}</option>)}
					</select>
				</label>
				<button type="button" onClick={again}>{t("handovers.again")}</button>
			</div>
			{kind === "remittance" && KINDS.remittance.roles.includes(state.session?.role ?? "") && <Owed />}
			{problem ? <WithoutServer problem={problem} /> : !items && <p class="quiet">{t("loading")}</p>}
			{!problem && items?.length === 0 && <p class="empty">{t(`manifests_empty.${wanted}` as Word)}</p>}
			{!problem && items && items.length > 0 && <Table items={items} />}
			<More more={problem ? null : more} />
		</>
	);
}

/* Scanning onto one that this device knows goes on. */
function WithoutServer({ problem }: { problem: string }) {
	const [items, setItems] = useState<Manifest[] | null>(null);
	useEffect(() => void keptManifests().then(setItems), []);
	const says = problem === t("error.network") ? t(items?.length ? "manifests.kept" : "manifests.none_kept") : problem;
	return (
		<>
			<p class="problem" role="alert">{items && says}</p>
			{items && items.length > 0 && <Table items={items} />}
		</>
	);
}

function signWords(one: Manifest): string {
	if (one.state === "closed") {
		return one.signature?.name ? t("sign.signed", { name: one.signature.name, at: showTime(one.signature.at) }) : t("sign.none");
	}
	const says = signState(one);
	return says === "signed" && one.consent ? t("sign.signed", { name: one.consent.name, at: showTime(one.consent.at) }) : t(`sign.${says}` as Word);
}

function Table({ items }: { items: Manifest[] }) {
	const columns: Word[] = ["manifests.kind", "manifests.party", "manifests.count", "manifests.sign", "manifests.opened"];
	return (
		<LongTable columns={columns} items={items} keyOf={({ id }) => id}
			row={(one, at) => (
				<tr {...at}>
					<td><a href={`#/manifest/${one.id}`}>{word("manifest", one.kind)}</a>{one.label && ` · ${one.label}`}</td>
					<td>{partyOf(one)}{one.office.code !== state.session?.office?.code && <span class="hint"> · {t("manifests.elsewhere", { office: one.office.name })}</span>}</td>
					<td>{t("handovers.lines", { n: one.lines_count })}</td>
					<td class={`sign-${one.state === "open" ? signState(one) : "over"}`}><strong>{signWords(one)}</strong></td>
					<td>{one.opened_by} · {one.state === "open" ? showAge(one.age_s) : showTime(one.closed_at ?? one.opened_at)}</td>
				</tr>
			)} />
	);
}
