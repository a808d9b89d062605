import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { loadWords, t } from "../words/words";

/*
 * Screens that a day does not begin with come in files of their own, when they are first wanted or when the browser has
 * nothing else to do: the first screen does not wait for them, and later none does.
 */
const all: (() => Promise<void>)[] = [() => loadWords("en")];

/** loadTheRest - quietly: what cannot be had now is asked for again when it is wanted. */
export function loadTheRest(): void {
	const load = () => void Promise.allSettled(all.map((want) => want()));
	"requestIdleCallback" in globalThis ? requestIdleCallback(load, { timeout: 5000 }) : setTimeout(load, 2000);
}

/** later - the screen that @load brings, or that it is coming, or that it did not come and what to do. */
export function later<Props extends object>(load: () => Promise<ComponentType<Props>>): ComponentType<Props> {
	let Screen: ComponentType<Props> | null = null;
	let loading: Promise<void> | null = null;
	const want = () => (loading ??= load().then((loaded) => void (Screen = loaded)).finally(() => (loading = null)));
	all.push(() => (Screen ? Promise.resolve() : want()));
	return function Later(props: Props) {
		const [failed, setFailed] = useState(false);
		const [, draw] = useState(false);
		useEffect(() => {
			if (Screen) {
				draw(true); // it may have come since this was drawn
			} else {
				want().then(() => draw(true), () => setFailed(true));
			}
		}, []);
		if (Screen) {
			return <Screen {...props} />;
		}
		return failed
			? <p class="problem" role="alert">{t("later.failed")} <button type="button" onClick={() => location.reload()}>{t("later.reload")}</button></p>
			: <p class="quiet">{t("loading")}</p>;
	};
}
