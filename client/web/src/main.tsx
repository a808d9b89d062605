import { render } from "preact";
import { useLayoutEffect, useReducer } from "preact/hooks";
import { listen, open, sender, state } from "./app";
import { Accounts } from "./screens/accounts";
import { BoardScreen } from "./screens/board";
import { Catalogue } from "./screens/catalogue";
import { Booking } from "./screens/booking";
import { Courier } from "./screens/courier";
import { Desk } from "./screens/desk";
import { Dossier } from "./screens/dossier";
import { Find } from "./screens/find";
import { Handover, Handovers } from "./screens/handovers";
import { Head } from "./screens/head";
import { Intake } from "./screens/intake";
import { Money } from "./screens/money";
import { ManifestScreen } from "./screens/manifest";
import { OpenManifest } from "./screens/manifest_open";
import { Manifests } from "./screens/manifests";
import { Portal } from "./screens/portal";
import { Reports } from "./screens/reports";
import { Result } from "./screens/result";
import { ScanSession } from "./screens/scan_session";
import { SignIn } from "./screens/sign_in";
import { Unsent } from "./screens/unsent";
import { Visits } from "./screens/visits";
import { t } from "./words/words";

/* What a person's day begins with. */
function FirstScreen() {
	switch (state.session?.role) {
		case "agency":
			return <Handovers />;
		case "courier":
			return <Courier />;
		default:
			return <ScanSession />;
	}
}

function screenOf(hash: string) {
	const [screen, argument, more] = hash.replace(/^#\/?/, "").split("/");
	switch (screen) {
		case "unsent":
			return <Unsent />;
		case "find":
			return <Find />;
		case "dossier":
			return <Dossier code={decodeURIComponent(argument ?? "")} />;
		case "handovers":
			return <Handovers />;
		case "handover":
			return <Handover id={decodeURIComponent(argument ?? "")} />;
		case "manifests":
			return argument === "new" ? <OpenManifest /> : <Manifests />;
		case "manifest":
			return <ManifestScreen key={argument} id={decodeURIComponent(argument ?? "")} />;
		case "desk":
			return <Desk />;
		case "board":
			return <BoardScreen />;
		case "portal":
			return <Portal />;
		case "catalogue":
			return <Catalogue />;
		case "accounts":
			return <Accounts />;
		case "booking":
			return <Booking />;
		case "visits":
			return <Visits />;
		case "result":
			return <Result />;
		case "money":
			return <Money part={argument ?? ""} id={decodeURIComponent(more ?? "")} />;
		case "reports":
			return <Reports />;
		case "intake":
			return <Intake />;
		case "scan":
			return <ScanSession />;
		case "courier":
			return <Courier />;
		default:
			return <FirstScreen />;
	}
}

function Page() {
	const [, draw] = useReducer((n: number) => n + 1, 0);
	/* Before the page is painted: what changes in between, an effect that waits for the paint would never hear of. */
	useLayoutEffect(() => listen(() => draw(0)), []);
	useLayoutEffect(() => {
		const moved = () => draw(0);
		addEventListener("hashchange", moved);
		return () => removeEventListener("hashchange", moved);
	}, []);
	if (!state.ready) {
		return <p class="quiet">{t("loading")}</p>;
	}
	if (!state.session) {
		return <SignIn />;
	}
	return (
		<>
			<a class="skip" href="#content" onClick={(event) => { event.preventDefault(); document.getElementById("content")?.focus(); }}>{t("nav.skip")}</a>
			<Head />
			<main id="content" tabIndex={-1}>{screenOf(location.hash)}</main>
		</>
	);
}

/* Every chance to send: the network is back, the page is looked at again. */
addEventListener("online", () => sender.wake());
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && sender.wake());
void navigator.serviceWorker?.register("/worker.js");
render(<Page />, document.getElementById("page") as HTMLElement);
void open();
