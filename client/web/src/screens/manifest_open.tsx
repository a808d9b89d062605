import { useEffect, useRef, useState } from "preact/hooks";
import { state } from "../app";
import { call, Problem } from "../base/call";
import { uuid7 } from "../base/uuid7";
import { askCatalogue, type Entry, find } from "../intake/catalogue";
import { KINDS, type Manifest } from "../manifest/manifest";
import { t, type Word, word } from "../words/words";
import { Chooser } from "./intake_chooser";
import type { ListPage } from "./load";
import { wordsOf } from "./sign_in";

/* A new manifest: with whom, and it is open. Its id is made from what it says, so pressed twice it is one. */
async function askOffices(): Promise<Entry[]> {
	const { items } = await call<ListPage<Entry>>("GET", "/v1/public/catalogue/offices?limit=200");
	return items.filter(({ code }) => code !== state.session?.office?.code);
}

/* Nobody at a counter may ask for the accounts; whose routes were made before is known all the same. */
async function askCouriers(): Promise<Entry[]> {
	const { items } = await call<ListPage<Manifest>>("GET", "/v1/manifests?kind=route&limit=100");
	const known = new Map(items.flatMap(({ courier }) => (courier ? [[courier.account, courier.name]] : [])));
	return Array.from(known, ([code, name]) => ({ code, name }));
}

function useEntries(kind: string): Entry[] | null {
	const [entries, setEntries] = useState<Record<string, Entry[] | null>>({});
	const party = KINDS[kind].party;
	useEffect(() => {
		const asking = party === "agency" ? askCatalogue().then((known) => known?.body.agencies ?? null) : party === "next_office" ? askOffices() : askCouriers();
		void asking.then((list) => setEntries((before) => ({ ...before, [party]: list })), () => undefined);
	}, [party]);
	return entries[party] ?? null;
}

export function OpenManifest() {
	const role = state.session?.role ?? "";
	const kinds = Object.keys(KINDS).filter((name) => KINDS[name].roles.includes(role));
	const [kind, setKind] = useState(kinds[0]);
	const [chosen, setChosen] = useState<Record<string, string>>(role === "courier" ? { courier: state.session?.account ?? "" } : {});
	const [label, setLabel] = useState("");
	const [problem, setProblem] = useState("");
	const [isBusy, setBusy] = useState(false);
	const made = useRef({ content: "", id: "" });
	const list = useEntries(kind);
	const { party } = KINDS[kind];
	const submit = async (event: SubmitEvent) => {
		event.preventDefault();
		const code = (chosen[party] ?? "").trim();
		if (!code) {
			setProblem(t(`open.${party}_missing` as Word));
			return;
		}
		const body = { kind, [party]: code, ...(party !== "agency" && label.trim() ? { label: label.trim() } : {}) };
		if (made.current.content !== JSON.stringify(body)) {
			made.current = { content: JSON.stringify(body), id: uuid7() };
		}
		setBusy(true);
		try {
			await call<Manifest>("POST", "/v1/manifests", { id: made.current.id, ...body });
			location.hash = `#/manifest/${made.current.id}`;
		} catch (error) {
			const isPlace = error instanceof Problem && error.token === "bad_member";
			setProblem(isPlace ? t("open.unknown") : t("open.not_done", { why: wordsOf(error) }));
		}
		setBusy(false);
	};
	return (
		<>
			<h1>{t("open.title")}</h1>
			<form onSubmit={submit} class="narrow">
				<label>{t("open.kind")}
					<select value={kind} onChange={(event) => { setKind(event.currentTarget.value); setProblem(""); }}>
						{kinds.map((name) => <option key={name} value={name}>{word("manifest", name)}</option>)}
					</select>
				</label>
				{party === "courier"
					? <CourierBox value={chosen.courier ?? ""} list={list ?? []} set={(code) => setChosen({ ...chosen, courier: code })} />
					: <Chooser key={party} field={party} words={t(`open.${party}`)} list={list} value={chosen[party] ?? ""} set={(code) => setChosen((before) => ({ ...before, [party]: code }))} hint={t("intake.choose_hint")} />}
				{party !== "agency" && <label>{t(`open.label.${kind}` as Word)}<input value={label} onInput={(event) => setLabel(event.currentTarget.value)} maxLength={60} autocomplete="off" /></label>}
				<button type="submit" class="main" disabled={isBusy}>{t("open.do")}</button>
				<p class="problem" role="alert">{problem}</p>
			</form>
			<p><a href="#/manifests">{t("open.back")}</a></p>
		</>
	);
}

function CourierBox({ value, list, set }: { value: string; list: Entry[]; set: (code: string) => void }) {
	const name = value && find(list, value).length === 1 ? find(list, value)[0].name : "";
	return (
		<div class="field">
			<label for="f-courier">{t("open.courier")}</label>
			<input id="f-courier" list="couriers" aria-describedby="f-courier-hint" value={value} onInput={(event) => set(event.currentTarget.value)} autocomplete="off" autocapitalize="none" spellcheck={false} />
			<datalist id="couriers">{list.map((one) => <option key={one.code} value={one.code}>{one.name}</option>)}</datalist>
			<p class="hint" id="f-courier-hint">{name || t("open.courier_hint")}</p>
		</div>
	);
}
