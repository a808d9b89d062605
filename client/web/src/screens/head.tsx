import { useEffect, useRef, useState } from "preact/hooks";
import { choose, forget, sendState, state } from "../app";
import { call } from "../base/call";
import { proofs, waiting } from "../queue/store";
import { showAge, t, type Word, word } from "../words/words";

const SCREENS: { name: string; roles: string[] }[] = [
	{ name: "handovers", roles: ["agency"] },
	{ name: "courier", roles: ["courier"] },
	{ name: "visits", roles: ["courier"] },
	{ name: "intake", roles: ["clerk", "courier", "supervisor"] },
	{ name: "scan", roles: ["clerk", "courier", "supervisor"] },
	{ name: "manifests", roles: ["clerk", "courier", "supervisor"] },
	{ name: "booking", roles: ["clerk"] },
	{ name: "money", roles: ["clerk", "courier", "supervisor"] },
	{ name: "unsent", roles: ["clerk", "courier", "supervisor", "agency"] },
	{ name: "find", roles: ["clerk", "courier", "supervisor", "agency"] },
	{ name: "desk", roles: ["supervisor", "agency"] },
	{ name: "portal", roles: ["supervisor"] },
	{ name: "board", roles: ["supervisor"] },
	{ name: "reports", roles: ["supervisor", "agency"] },
	{ name: "catalogue", roles: ["supervisor"] },
	{ name: "accounts", roles: ["supervisor"] },
];

const FIRST: Record<string, string> = { agency: "handovers", courier: "courier" };

function currentScreen(): string {
	const screen = location.hash.replace(/^#\/?/, "").split("/")[0] || (FIRST[state.session?.role ?? ""] ?? "scan");
	return ({ handover: "handovers", manifest: "manifests", dossier: "find", result: "find" } as Record<string, string>)[screen] ?? screen;
}

function sayUnsent(): string {
	const { unsent, proofs: pictures } = state;
	return [unsent > 0 && t("unsent.badge", { n: unsent }), pictures > 0 && t("unsent.badge_proofs", { n: pictures })].filter(Boolean).join(" · ") || t("unsent.none");
}

/* How long the first has been waiting, from the first minute on; not read out each minute. */
function Age() {
	const [now, setNow] = useState(Date.now);
	useEffect(() => {
		setNow(Date.now());
		const timer = setInterval(() => setNow(Date.now()), 30_000);
		return () => clearInterval(timer);
	}, [state.oldest]);
	const ageS = state.oldest ? (now - Date.parse(state.oldest)) / 1000 : 0;
	return ageS < 60 ? null : <span> · {showAge(ageS)}</span>;
}

export function Head() {
	const [refused, setRefused] = useState("");
	const session = state.session;
	const role = session?.role ?? "";
	const nav = useRef<HTMLElement>(null);
	const current = currentScreen();
	useEffect(() => nav.current?.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" }), [current]); // a phone has no room for all
	const who = `${session?.name} · ${(session?.office ?? session?.agency)?.name}`;
	const signOut = async () => {
		const mine = await waiting(session?.account);
		const pictures = await proofs(session?.account);
		if (mine.length + pictures.length > 0) {
			setRefused(mine.length > 0 ? t("sign_out.refused", { n: mine.length }) : t("sign_out.refused_proofs", { n: pictures.length }));
			return;
		}
		await call("DELETE", "/v1/session").catch(() => undefined); // without a network it ends by itself
		await forget();
	};
	return (
		<header>
			<strong>{t("app")}</strong>
			<nav ref={nav} aria-label="hoso">
				{SCREENS.filter(({ roles }) => roles.includes(role)).map(({ name }) => (
					<a key={name} href={`#/${name}`} aria-current={current === name ? "page" : undefined}>{t(`nav.${name}` as Word)}</a>
				))}
			</nav>
			<a class={state.unsent + state.proofs > 0 ? "badge waits" : "badge"} href="#/unsent">
				<span aria-live="polite">
					{sayUnsent()}
					{sendState().state !== "idle" && ` (${word("send", sendState().state)})`}
				</span>
				<Age />
			</a>
			<span class="who" title={who}>{who}</span>
			<button type="button" onClick={() => choose(state.language === "vi" ? "en" : "vi")}>{t("language.other")}</button>
			<button type="button" onClick={signOut}>{t("nav.sign_out")}</button>
			{refused && <p class="problem" role="alert">{refused}</p>}
		</header>
	);
}
