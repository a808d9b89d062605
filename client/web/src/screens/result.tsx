import { useEffect, useState } from "preact/hooks";
import { askCatalogue, type Entry } from "../intake/catalogue";
import { formOf, readDossierCode, type StepForm } from "../step/step";
import { useDraft } from "../step/use_draft";
import { t } from "../words/words";
import { SessionEnded } from "./session_ended";
import { mended, Sent, StepBoxes } from "./steps";

/*
 * The result of a dossier that the post has never seen: handed in at the agency, to be brought to the citizen. It waits
 * until the post takes the envelope under its code.
 */
export function Result() {
	const [form, setForm] = useDraft<StepForm>("", () => formOf("result_new", null));
	const [sent, setSent] = useState<StepForm | null>(null);
	const [isRecorded, setRecorded] = useState(false);
	const next = () => {
		setSent(null);
		setRecorded(false);
		setForm(formOf("result_new", null));
	};
	return (
		<>
			<h1>{t("result.title")}</h1>
			<SessionEnded />
			<Procedures />
			{sent
				? (
					<>
						<Sent key={sent.eventId} form={sent} settled={() => setRecorded(true)} refused={(fate) => { setForm(mended(sent, fate)); setSent(null); }} />
						<div class="row">
							<button type="button" class="main" onClick={next}>{t("result.next")}</button>
							{isRecorded && <a href={`#/dossier/${encodeURIComponent(readDossierCode(sent.values.dossier_code ?? ""))}`}>{t("result.open")}</a>}
						</div>
					</>
				)
				: <StepBoxes key={form.eventId} form={form} change={setForm} taken={() => setSent(form)} leave={null} />}
		</>
	);
}

/* What the box of the procedure proposes; without it a code is typed, and the server judges it. */
export function Procedures() {
	const [list, setList] = useState<Entry[]>([]);
	useEffect(() => void askCatalogue().then((known) => setList(known?.body.procedures ?? []), () => undefined), []);
	return <datalist id="procedures">{list.filter(({ by_post }) => by_post !== false).map(({ code, name }) => <option key={code} value={code}>{name}</option>)}</datalist>;
}
