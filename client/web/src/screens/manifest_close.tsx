import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { state } from "../app";
import { call, Problem } from "../base/call";
import { isSigned, type Sums, signState, type Whole } from "../manifest/manifest";
import { keep, kept, unkeep } from "../queue/store";
import { showTime, t, type Word, word } from "../words/words";
import { wordsOf } from "./sign_in";

/*
 * Signed by both, once, and frozen. The officer's own session signs on their screen; a signature on paper is typed. What is
 * missing, extra or damaged is said before, in numbers, and never stands in the way: the people at the counter decide.
 */
interface ClosingProps {
	whole: Whole;
	sums: Sums;
	path: string;
	took: (whole: Whole) => void;
	load: () => void;
}

const FIELDS = ["name", "unit", "minutes"] as const;
type Fields = Record<(typeof FIELDS)[number] | "payment", string>;

/* What has to be said first; "" when nothing has. */
function whatLacks(whole: Whole, sums: Sums, fields: Fields): string {
	if (sums.failed.length > 0) {
		return t("close.failed", { n: sums.failed.length });
	}
	const unsent = sums.unsent.length + sums.removing.size;
	if (unsent > 0) {
		return t("close.unsent", { n: unsent });
	}
	if (sums.onIt.length === 0) {
		return t("close.nothing");
	}
	const needed = !isSigned(whole.kind) ? [] : signState(whole) === "signed" ? (["minutes"] as const) : FIELDS;
	const missing = needed.find((name) => fields[name].trim() === "");
	return missing ? t(`close.${missing}_missing` as Word) : "";
}

function bodyOf(whole: Whole, fields: Fields): Record<string, unknown> {
	const consent = signState(whole) === "signed" ? whole.consent?.id : undefined;
	const typed = FIELDS.filter((name) => fields[name].trim() && !(consent && name !== "minutes"));
	return { revision: whole.revision, ...(consent && { consent }), ...(isSigned(whole.kind) && { payment: fields.payment }),
		...Object.fromEntries(typed.map((name) => [name, fields[name].trim()])) };
}

const EMPTY: Fields = { name: "", unit: "", minutes: "", payment: "cash" };

/* What was typed stays on this device until it is closed. */
function useFields(id: string) {
	const [fields, setFields] = useState<Fields>(EMPTY);
	const name = `closing/${state.session?.account ?? ""}/${id}`;
	useEffect(() => void kept<Fields>(name).then((before) => before && setFields(before)), [name]);
	const set = (field: keyof Fields, value: string) => {
		const now = { ...fields, [field]: value };
		setFields(now);
		void keep(name, now).catch(() => undefined); // a comfort on a full disk
	};
	return { fields, set, drop: () => unkeep(name) };
}

export function Closing({ whole, sums, path, took, load }: ClosingProps) {
	const { fields, set: setField, drop } = useFields(whole.id);
	const [problem, setProblem] = useState("");
	const [isAsked, setAsked] = useState(false);
	useEffect(() => setAsked(false), [whole.revision, sums.unsent.length]); // what was looked over is not what is there now
	const review = (event: SubmitEvent) => {
		event.preventDefault();
		const lacks = whatLacks(whole, sums, fields);
		setProblem(lacks);
		setAsked(lacks === "");
	};
	const close = async () => {
		try {
			took(await call<Whole>("POST", `${path}/close`, bodyOf(whole, fields)));
			await drop();
		} catch (error) {
			setAsked(error instanceof Problem && error.token === "network");
			setProblem(t("close.not_done", { why: wordsOf(error) }));
			load();
		}
	};
	const set = (name: keyof Fields) => (event: { currentTarget: HTMLInputElement | HTMLSelectElement }) => setField(name, event.currentTarget.value);
	const signed = signState(whole);
	return (
		<section class="closing" aria-labelledby="closing">
			<h2 id="closing">{t(isSigned(whole.kind) ? "close.title" : "close.title_plain")}</h2>
			<SignedWords whole={whole} />
			<form onSubmit={review} class="row">
				{isSigned(whole.kind) && signed !== "signed" && (
					<><label>{t("close.name")}<input value={fields.name} onInput={set("name")} maxLength={60} autocomplete="off" /></label>
						<label>{t("close.unit")}<input value={fields.unit} onInput={set("unit")} maxLength={60} autocomplete="off" /></label></>
				)}
				{isSigned(whole.kind) && <label>{t("close.minutes")}<input value={fields.minutes} onInput={set("minutes")} maxLength={60} autocomplete="off" /></label>}
				{!isSigned(whole.kind) && <label>{t("close.receiver")}<input value={fields.name} onInput={set("name")} maxLength={60} autocomplete="off" /></label>}
				{whole.fee + whole.collect > 0 && (
					<label>{t("close.payment")}<select value={fields.payment} onChange={set("payment")}>{["cash", "transfer_post"].map((name) => <option key={name} value={name}>{word("payment", name)}</option>)}</select></label>
				)}
				<button type="submit" class="main">{t("close.review")}</button>
			</form>
			<p class="problem" role="alert">{problem}</p>
			{isAsked && <Sure sums={sums} close={close} not={() => setAsked(false)} />}
		</section>
	);
}

function SignedWords({ whole }: { whole: Whole }) {
	const signed = signState(whole);
	const who = { name: whole.consent?.name ?? "", unit: whole.consent?.unit ?? "", at: showTime(whole.consent?.at ?? "") };
	return signed === "none" ? null : <p class={signed === "signed" ? "done" : signed === "stale" ? "warning" : "quiet"} role="status">{t(`close.${signed}` as Word, who)}</p>;
}

function Sure({ sums, close, not }: { sums: Sums; close: () => Promise<void>; not: () => void }) {
	const [isBusy, setBusy] = useState(false);
	const first = useRef<HTMLButtonElement>(null);
	useLayoutEffect(() => first.current?.focus(), []); // before the next key, which may come at once
	const lines: [number, Word][] = [[sums.missing?.length ?? 0, "close.sure_missing"], [sums.extra, "close.sure_extra"], [sums.damaged, "close.sure_damaged"]];
	return (
		<section class="warning" role="group" aria-label={t("close.review")}>
			<p><strong>{t("close.sure", { n: sums.onIt.length })}</strong></p>
			<ul>{lines.filter(([n]) => n > 0).map(([n, key]) => <li key={key}>{t(key, { n })}</li>)}</ul>
			<div class="row">
				<button type="button" ref={first} class="main" disabled={isBusy} onClick={() => { setBusy(true); void close().finally(() => setBusy(false)); }}>{t("close.do")}</button>
				<button type="button" onClick={not}>{t("close.not")}</button>
			</div>
		</section>
	);
}

/** Over - what became of it: signed when and by whom, sealed; or cancelled. */
export function Over({ whole, sums }: { whole: Whole; sums: Sums }) {
	const { signature } = whole;
	if (whole.state === "cancelled") {
		return <p class="warning" role="status">{t("close.is_cancelled", { at: showTime(whole.closed_at ?? ""), who: whole.closed_by ?? "", why: whole.cancel_reason ?? "" })}</p>;
	}
	return (
		<section class="done" role="status">
			<p><strong>{t("close.done", { at: showTime(whole.closed_at ?? ""), who: whole.closed_by ?? "" })}</strong></p>
			{signature?.name && <p>{t("close.signature", { at: showTime(signature.at), name: signature.name, unit: signature.unit ?? "–", minutes: signature.minutes ?? "–" })} {isSigned(whole.kind) && (signature.account ? t("close.own_session", { account: signature.account }) : t("close.on_paper"))}</p>}
			{sums.notRecorded > 0 && <p class="problem">{t("close.not_recorded", { n: sums.notRecorded })}</p>}
			<p class="hint">{t("close.hash")}: <span class="consent">{whole.hash}</span></p>
		</section>
	);
}

export function Cancel({ path, took }: { path: string; took: (whole: Whole) => void }) {
	const [isAsked, setAsked] = useState(false);
	const [reason, setReason] = useState("");
	const [problem, setProblem] = useState("");
	const submit = async (event: SubmitEvent) => {
		event.preventDefault();
		if (reason.trim() === "") {
			setProblem(t("cancel.reason_missing"));
			return;
		}
		try {
			took(await call<Whole>("POST", `${path}/cancel`, { reason: reason.trim() }));
		} catch (error) {
			setProblem(t("cancel.not_done", { why: wordsOf(error) }));
		}
	};
	return !isAsked ? <p><button type="button" onClick={() => setAsked(true)}>{t("cancel.do")}</button></p> : (
		<form onSubmit={submit} class="warning" aria-label={t("cancel.yes")}>
			<p>{t("cancel.sure")}</p>
			<label>{t("cancel.reason")}<input value={reason} onInput={(event) => setReason(event.currentTarget.value)} maxLength={500} autocomplete="off" /></label>
			<p class="problem" role="alert">{problem}</p>
			<div class="row"><button type="submit" class="bad">{t("cancel.yes")}</button><button type="button" onClick={() => setAsked(false)}>{t("cancel.no")}</button></div>
		</form>
	);
}
