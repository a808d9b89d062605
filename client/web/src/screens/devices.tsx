import { useEffect, useState } from "preact/hooks";
import { state } from "../app";
import { call } from "../base/call";
import { deviceName, shortDevice } from "../base/device";
import { label } from "../words/labels";
import { showAge, showTime, t } from "../words/words";
import { Loading, More, useList } from "./load";
import { LongTable } from "./long_list";
import { wordsOf } from "./sign_in";

interface SignedIn {
	account: string;
	name: string;
	role: string;
	office: { name: string } | null;
	agency: { name: string } | null;
	device: string | null;
	signed_in_at: string;
	seen_at: string;
	sessions: number;
	clock_offset_ms: number | null;
}

const CLOCK_OFF_MS = 5 * 60_000; // as the server tells it of an event

function nameOf({ device }: SignedIn): string {
	return device === null ? t("devices.nameless") : shortDevice(device);
}

function isThisOne({ account, device }: SignedIn): boolean {
	return account === state.session?.account && device === deviceName(navigator.userAgent);
}

/* What there is more to say of it than its name has room for. */
function About({ item }: { item: SignedIn }) {
	const { device, sessions, clock_offset_ms: off } = item;
	const name = nameOf(item);
	return (
		<>
			{device === null || device === name ? <p>{name}</p> : <details><summary>{name}</summary><p class="quiet">{device}</p></details>}
			{isThisOne(item) && <p><strong>{t("devices.this")}</strong></p>}
			{sessions > 1 && <p class="quiet">{t("devices.sessions", { n: sessions })}</p>}
			{off !== null && Math.abs(off) > CLOCK_OFF_MS && (
				<p class="late"><strong>{t(off > 0 ? "dossier.clock_fast" : "dossier.clock_slow", { by: showAge(Math.abs(off) / 1000) })}</strong></p>
			)}
		</>
	);
}

/* Nobody is signed out by one slip of a finger. */
function End({ item, ended }: { item: SignedIn; ended: (words: string) => void }) {
	const [isAsked, setAsked] = useState(false);
	const [problem, setProblem] = useState("");
	const { account, device } = item;
	const names = { account, device: nameOf(item) };
	const act = async (event: SubmitEvent) => {
		event.preventDefault();
		try {
			const answer = await call<{ ended: number }>("POST", "/v1/devices/end", { account, device });
			ended(t(answer.ended > 0 ? "devices.ended" : "devices.was_out", names));
		} catch (error) {
			setProblem(wordsOf(error));
		}
	};
	if (!isAsked) {
		return <button type="button" aria-label={`${t("devices.end")}: ${names.account}, ${names.device}`} onClick={() => setAsked(true)}>{t("devices.end")}</button>;
	}
	return (
		<form onSubmit={act} class="row">
			<p>{t("devices.sure", names)}{isThisOne(item) && ` ${t("devices.sure_this")}`}</p>
			<button type="submit" class="bad">{t("devices.end_do")}</button>
			<button type="button" onClick={() => setAsked(false)}>{t("accounts.not")}</button>
			<p class="problem" role="alert">{problem}</p>
		</form>
	);
}

/** Devices - who is signed in, and on what. @turn: another one asks anew, for an account that was changed is out everywhere. */
export function Devices({ turn }: { turn: number }) {
	const { items, problem, more, again } = useList<SignedIn>("/v1/devices?limit=200");
	const [said, setSaid] = useState("");
	useEffect(() => {
		if (turn > 0) {
			again();
		}
	}, [turn]);
	const ended = (words: string) => {
		setSaid(words);
		again();
	};
	return (
		<section class="devices" aria-labelledby="devices">
			<h2 id="devices" tabIndex={-1}>{t("devices.title")}</h2>
			<p class="problem" role="alert">{problem}</p>
			<p role="status">{said}</p>
			<Loading of={items} problem={problem} />
			{items?.length === 0 && <p class="empty">{t("devices.empty")}</p>}
			{items && items.length > 0 && (
				<LongTable columns={["devices.who", "accounts.where", "devices.on", "devices.since", "devices.seen", "column.todo"]} items={items}
					keyOf={({ account, device }) => `${account} ${device ?? ""}`}
					row={(item, at) => (
						<tr {...at}>
							<td>{item.name}<p class="quiet">{item.account} · {label("roles", item.role)}</p></td>
							<td>{(item.office ?? item.agency)?.name}</td>
							<td><About item={item} /></td>
							<td data-label={t("devices.since")}>{showTime(item.signed_in_at)}</td>
							<td data-label={t("devices.seen")}>{showTime(item.seen_at)}</td>
							<td><End item={item} ended={ended} /></td>
						</tr>
					)} />
			)}
			<More more={more} />
		</section>
	);
}
