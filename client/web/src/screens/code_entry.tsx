import { useState } from "preact/hooks";
import { ring } from "../base/bell";
import { looksLikeCard } from "../base/id_card";
import { readItemCode, showItemCode } from "../base/item_code";
import { useWedge } from "../scan/use_wedge";
import type { Scan } from "../scan/wedge";
import { t } from "../words/words";

/** CodeEntry - a code by the scanner, wherever the focus is, or typed; asks when two are possible. */
export function CodeEntry({ took }: { took: (code: string) => void }) {
	const [problem, setProblem] = useState("");
	const [choices, setChoices] = useState<string[]>([]);
	const take = (scan: Scan) => {
		setChoices(scan.kind === "ask" ? scan.codes : []);
		setProblem(scan.kind === "misread" ? t("scan.misread", { text: scan.text }) : scan.kind === "card" ? t("scan.card") : "");
		if (scan.kind === "code") {
			took(scan.code);
		} else {
			ring("trouble");
		}
	};
	useWedge(take);
	const submit = (event: SubmitEvent) => {
		event.preventDefault();
		const box = (event.target as HTMLFormElement).elements.namedItem("code") as HTMLInputElement;
		const text = box.value;
		box.value = "";
		const reading = readItemCode(text);
		take(reading.kind === "code" ? reading : looksLikeCard(text) ? { kind: "card", text } : { kind: "misread", text });
	};
	return (
		<>
			<form onSubmit={submit} class="row">
				<label>{t("scan.typed")}<input name="code" data-scanned autocomplete="off" autocapitalize="characters" spellcheck={false} /></label>
				<button type="submit" class="main">{t("scan.add")}</button>
			</form>
			<p class="problem" role="alert">{problem}</p>
			<Choices codes={choices} took={(code) => (code ? take({ kind: "code", code }) : setChoices([]))} />
		</>
	);
}

/** Choices - an input method left more than one code possible; "" is neither. */
export function Choices({ codes, took }: { codes: string[]; took: (code: string) => void }) {
	return codes.length === 0 ? null : (
		<section class="problem" role="group" aria-label={t("scan.ask")}>
			<p>{t("scan.ask")}</p>
			{codes.map((code) => <button key={code} type="button" onClick={() => took(code)}>{showItemCode(code)}</button>)}
			<button type="button" onClick={() => took("")}>{t("scan.neither")}</button>
		</section>
	);
}
