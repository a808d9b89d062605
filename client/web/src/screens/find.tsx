import { useState } from "preact/hooks";
import { state } from "../app";
import { call } from "../base/call";
import { isS10, showItemCode } from "../base/item_code";
import { label } from "../words/labels";
import { showTime, t } from "../words/words";
import { type ListPage, More } from "./load";
import { Rows } from "./long_list";
import { wordsOf } from "./sign_in";

interface Found {
	id: string;
	dossier_code: string | null;
	agency: { name: string } | null;
	procedure: { name: string } | null;
	sender: { name: string } | null;
	receiver: { name: string } | null;
	legs: { item_code: string; state: string; state_at: string | null; state_office: { name: string } | null; state_actor: string | null; late: boolean }[];
}

/* One box for everything: what it looks like decides what is asked. */
export function searchOf(text: string): Record<string, string> {
	const bare = text.trim();
	const close = bare.replace(/\s/g, "").toUpperCase();
	if (/^\+?[0-9][0-9 .-]*$/.test(bare) && [4, 9, 10, 11, 12].includes(close.replace(/[^0-9]/g, "").length)) {
		return { phone: bare };
	}
	return isS10(close) || (/[0-9]/.test(close) && /^[A-Z0-9./-]{5,60}$/.test(close)) ? { code: close } : { text: bare };
}

export function Find() {
	const [found, setFound] = useState<ListPage<Found> | null>(null);
	const [asked, setAsked] = useState<Record<string, string>>({});
	const [problem, setProblem] = useState("");
	const search = async (what: Record<string, string>, cursor?: string) => {
		try {
			const page = await call<ListPage<Found>>("POST", "/v1/dossiers/search", { ...what, limit: 50, ...(cursor ? { cursor } : {}) });
			setFound(cursor && found ? { items: [...found.items, ...page.items], next: page.next } : page);
			setAsked(what);
			setProblem("");
		} catch (error) {
			setProblem(wordsOf(error));
		}
	};
	const submit = (event: SubmitEvent) => {
		event.preventDefault();
		const text = String(new FormData(event.target as HTMLFormElement).get("what") ?? "");
		if (text.trim()) {
			void search(searchOf(text));
		}
	};
	const next = found?.next;
	return (
		<>
			<h1>{t("find.title")}</h1>
			<form onSubmit={submit} class="row">
				<label>{t("find.what")}<input name="what" type="search" autocomplete="off" /></label>
				<button type="submit" class="main">{t("find.do")}</button>
			</form>
			{state.session?.role === "agency" && <p><a href="#/result">{t("result.title")}</a></p>}
			<p class="problem" role="alert">{problem}</p>
			{!found && <p class="empty">{t("find.hint")}</p>}
			{found && found.items.length === 0 && <p class="empty">{t("find.none")}</p>}
			{found && found.items.length > 0 && <Rows in="div" items={found.items} keyOf={({ id }) => id} row={(dossier, at) => (
				<article {...at}>
					<h2>{dossier.dossier_code ?? t("dossier.no_code")}</h2>
					<p>{[dossier.procedure?.name, dossier.agency?.name].filter(Boolean).join(" · ")}</p>
					<p>{[dossier.sender?.name, dossier.receiver?.name].filter(Boolean).join(" → ")}</p>
					<ul>
						{dossier.legs.map((leg) => (
							<li key={leg.item_code} class={leg.late ? "late" : ""}>
								<span class="code">{showItemCode(leg.item_code)}</span> · <strong>{label("leg_states", leg.state)}</strong>
								{" · "}{[leg.state_actor, leg.state_office?.name].filter(Boolean).join(", ")} · {leg.state_at && t("find.since", { time: showTime(leg.state_at) })}
							</li>
						))}
					</ul>
					<a href={`#/dossier/${dossier.id}`}>{t("find.open")}</a>
				</article>
			)} />}
			<More more={next ? () => search(asked, next) : null} />
		</>
	);
}
