import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
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
/* Where bags went before, and to whom routes: not every office is one that the public may know, and no counter asks for accounts. */
async function askBefore(kind: "bag" | "route"): Promise<Entry[]> {
	const { items } = await call<ListPage<Manifest>>("GET", `/v1/manifests?kind=${kind}&limit=100`);
	return items.flatMap(({ next_office, courier }) => (next_office ? [next_office] : courier ? [{ code: courier.account, name: courier.name }] : []));
}

async function askOffices(): Promise<Entry[]> {
	const { items } = await call<ListPage<Entry>>("GET", "/v1/public/catalogue/offices?limit=200");
	return [...items, ...(await askBefore("bag"))];
}

function once(list: Entry[]): Entry[] {
	return Array.from(new Map(list.map((one) => [one.code, one])).values()).filter(({ code }) => code !== state.session?.office?.code);
}

function useEntries(kind: string): Entry[] | null {
	const [entries, setEntries] = useState<Record<string, Entry[] | null>>({});
	const party = KINDS[kind].party;
	useEffect(() => {
		const asking = party === "agency" ? askCatalogue().then((known) => known?.body.agencies ?? null) : (party === "next_office" ? askOffices() : askBefore("route")).then(once);
		void asking.then((list) => setEntries((before) => ({ ...before, [party]: list })), () => undefined);
	}, [party]);
	return entries[party] ?? null;
}

/* Enter goes on to the next box, and at the last to the button: it opens nothing by itself. */
function goOn(event: KeyboardEvent): void {
	const from = event.target as HTMLElement;
	if (event.key !== "Enter" || event.isComposing || from instanceof HTMLButtonElement) {
		return;
	}
	event.preventDefault();
	const boxes = [...(event.currentTarget as HTMLFormElement).querySelectorAll<HTMLElement>("input, select, button[type=submit]")];
	boxes[boxes.indexOf(from) + 1]?.focus();
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
	const first = useRef<HTMLSelectElement>(null);
	useLayoutEffect(() => first.current?.focus(), []);
	const { party } = KINDS[kind];
	const submit = async (event: SubmitEvent) => {
		event.preventDefault();
		const typed = (chosen[party] ?? "").trim();
		const meant = party === "agency" || !typed ? [] : find(list ?? [], typed);
		const code = meant.length === 1 ? meant[0].code : typed;
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
			<form onSubmit={submit} onKeyDown={goOn} class="narrow">
				<label>{t("open.kind")}
					<select ref={first} value={kind} onChange={(event) => { setKind(event.currentTarget.value); setProblem(""); }}>
						{kinds.map((name) => <option key={name} value={name}>{word("manifest", name)}</option>)}
					</select>
				</label>
				{party !== "agency"
					? <TypedBox key={party} party={party} value={chosen[party] ?? ""} list={list ?? []} set={(code) => setChosen({ ...chosen, [party]: code })} />
					: <Chooser field={party} words={t("open.agency")} list={list} value={chosen[party] ?? ""} set={(code) => setChosen((before) => ({ ...before, [party]: code }))} hint={t("intake.choose_hint")} />}
				{party !== "agency" && <label>{t(`open.label.${kind}` as Word)}<input value={label} onInput={(event) => setLabel(event.currentTarget.value)} maxLength={60} autocomplete="off" /></label>}
				<button type="submit" class="main" disabled={isBusy}>{t("open.do")}</button>
				<p class="problem" role="alert">{problem}</p>
			</form>
			<p><a href="#/manifests">{t("open.back")}</a></p>
		</>
	);
}

/* A code that is on no list here is the server's to judge. */
function TypedBox({ party, value, list, set }: { party: "next_office" | "courier"; value: string; list: Entry[]; set: (code: string) => void }) {
	const found = value.trim() ? find(list, value) : [];
	const id = `f-${party}`;
	return (
		<div class="field">
			<label for={id}>{t(`open.${party}`)}</label>
			<input id={id} list={`${id}-list`} aria-describedby={`${id}-hint`} value={value} onInput={(event) => set(event.currentTarget.value)} autocomplete="off" autocapitalize="none" spellcheck={false} />
			<datalist id={`${id}-list`}>{list.map((one) => <option key={one.code} value={one.code}>{one.name}</option>)}</datalist>
			<p class="hint" id={`${id}-hint`}>{found.length === 1 ? `${found[0].code} · ${found[0].name}` : t(`open.${party}_hint`)}</p>
		</div>
	);
}
