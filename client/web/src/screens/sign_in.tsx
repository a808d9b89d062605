import { useState } from "preact/hooks";
import { choose, signIn, state } from "../app";
import { call, Problem } from "../base/call";
import { deviceName } from "../base/device";
import type { Session } from "../queue/store";
import { t } from "../words/words";

/** words - what to tell of a problem: the server's sentence, or our own when it could not be reached. */
export function wordsOf(error: unknown): string {
	return error instanceof Problem && error.token !== "network" ? error.detail : t("error.network");
}

export function SignInForm() {
	const [problem, setProblem] = useState("");
	const [busy, setBusy] = useState(false);
	const submit = async (event: SubmitEvent) => {
		event.preventDefault();
		const form = new FormData(event.target as HTMLFormElement);
		setBusy(true);
		setProblem("");
		try {
			await signIn(await call<Session>("POST", "/v1/session",
				{ account: form.get("account"), password: form.get("password"), device: deviceName(navigator.userAgent) }));
		} catch (error) {
			setProblem(wordsOf(error));
		}
		setBusy(false);
	};
	return (
		<form onSubmit={submit} class="narrow">
			<label>{t("sign_in.account")}<input name="account" autocomplete="username" autocapitalize="none" spellcheck={false} required defaultValue={state.session?.account ?? ""} /></label>
			<label>{t("sign_in.password")}<input name="password" type="password" autocomplete="current-password" required /></label>
			<button type="submit" class="main" disabled={busy}>{t("sign_in.do")}</button>
			{problem && <p class="problem" role="alert">{problem}</p>}
		</form>
	);
}

export function SignIn() {
	return (
		<main class="centre">
			<h1>{t("app")}</h1>
			<SignInForm />
			<p><a href={`/tra-cuu?lang=${state.language}`}>{t("sign_in.citizen")}</a></p>
			<button type="button" class="quiet" onClick={() => choose(state.language === "vi" ? "en" : "vi")}>{t("language.other")}</button>
		</main>
	);
}
