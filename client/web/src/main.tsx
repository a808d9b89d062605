import { render } from "preact";
import { useLayoutEffect, useReducer } from "preact/hooks";
import { listen, open, state, wake } from "./app";
import { speakOfInvalid } from "./base/invalid";
import { Courier } from "./screens/courier";
import { Dossier } from "./screens/dossier";
import { Find } from "./screens/find";
import { Head } from "./screens/head";
import { Intake } from "./screens/intake";
import { later, loadTheRest } from "./screens/later";
import { ScanSession } from "./screens/scan_session";
import { SignIn } from "./screens/sign_in";
import { Unsent } from "./screens/unsent";
import { Visits } from "./screens/visits";
import { t } from "./words/words";

const Accounts = later(async () => (await import("./screens/supervising")).Accounts);
const BoardScreen = later(async () => (await import("./screens/supervising")).BoardScreen);
const Catalogue = later(async () => (await import("./screens/supervising")).Catalogue);
const Desk = later(async () => (await import("./screens/supervising")).Desk);
const Portal = later(async () => (await import("./screens/supervising")).Portal);
const Reports = later(async () => (await import("./screens/supervising")).Reports);
const Booking = later(async () => (await import("./screens/handing")).Booking);
const Handover = later(async () => (await import("./screens/handing")).Handover);
const Handovers = later(async () => (await import("./screens/handing")).Handovers);
const ManifestScreen = later(async () => (await import("./screens/handing")).ManifestScreen);
const OpenManifest = later(async () => (await import("./screens/handing")).OpenManifest);
const Manifests = later(async () => (await import("./screens/handing")).Manifests);
const Money = later(async () => (await import("./screens/handing")).Money);
const Result = later(async () => (await import("./screens/handing")).Result);

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
	const [screen, argument] = hash.replace(/^#\/?/, "").split("/");
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
			return argument === "new" ? <OpenManifest /> : <Manifests key={argument} first={argument === "remit" ? "remittance" : ""} />;
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
			return <Money part={argument ?? ""} />;
		case "reports":
			return <Reports />;
		case "intake":
			return <Intake />;
		case "scan":
			return <ScanSession />;
		case "courier":
			return <Courier key={argument} code={decodeURIComponent(argument ?? "")} />;
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
		return <main>{state.closed ? <p class="problem" role="alert">{t("disk.closed")}</p> : <p class="quiet">{t("loading")}</p>}</main>;
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
addEventListener("online", wake);
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && wake());
speakOfInvalid();
void navigator.serviceWorker?.register("/worker.js");
render(<Page />, document.getElementById("page") as HTMLElement);
void open().then(loadTheRest);
