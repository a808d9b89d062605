import { useState } from "preact/hooks";
import { looksLikeCard, parseCard } from "../base/id_card";
import { cleanPhone } from "../base/phone";
import { ID_KINDS, type Person, type Role, takeCard } from "../intake/form";
import { t, type Word } from "../words/words";
import { Camera } from "./camera_view";
import { Choice, TextBox, Tick, useForm } from "./intake_field";

/** Citizen - who sends; of the service that brings a result alone, who receives. */
export function Citizen({ hasCamera }: { hasCamera: boolean }) {
	const { form } = useForm();
	return (
		<PersonBoxes role="citizen" words={t(form.service === 2 ? "intake.who_receives" : "intake.who_sends")} hasCamera={hasCamera}>
			<IdBoxes />
		</PersonBoxes>
	);
}

/** Others - who receives if it is somebody else, and who stands there for the citizen. */
export function Others({ hasCamera }: { hasCamera: boolean }) {
	const { form, change } = useForm();
	return (
		<fieldset>
			<legend>{t("intake.others")}</legend>
			{form.service === 3 && <Tick field="hasReceiver" words={t("intake.other_receiver")} value={form.hasReceiver} set={(hasReceiver) => change({ hasReceiver })} />}
			{form.service === 3 && form.hasReceiver && <PersonBoxes role="receiver" words={t("intake.receiver")} hasCamera={hasCamera} />}
			<Tick field="hasSubmitter" words={t("intake.has_submitter")} value={form.hasSubmitter} set={(hasSubmitter) => change({ hasSubmitter })} />
			{form.hasSubmitter && (
				<PersonBoxes role="submitter" words={t("intake.submitter")} hasCamera={hasCamera}>
					<TextBox field="authorisation" words={t("intake.authorisation")} value={form.authorisation} set={(authorisation) => change({ authorisation })} isRequired />
				</PersonBoxes>
			)}
		</fieldset>
	);
}

function PersonBoxes({ role, words, hasCamera, children }: { role: Role; words: string; hasCamera: boolean; children?: preact.ComponentChildren }) {
	const { form, change } = useForm();
	const [isSeeing, setSeeing] = useState(false);
	const person = form[role];
	const set = (patch: Partial<Person>) => change((now) => ({ ...now, [role]: { ...now[role], ...patch } }));
	/* A card that came without the wedge: pasted, or by a scanner that types slowly. Its number goes no further. */
	const left = (text: string) => {
		const card = looksLikeCard(text) ? parseCard(text) : null;
		if (card) {
			change((now) => takeCard(now, role, card));
		} else if (looksLikeCard(text)) {
			set({ name: "" });
		}
	};
	return (
		<fieldset data-role={role}>
			<legend>{words}</legend>
			{hasCamera && <p><button type="button" onClick={() => setSeeing(!isSeeing)}>{t(isSeeing ? "courier.camera_off" : "intake.camera_card")}</button></p>}
			{isSeeing && <Camera wanted="card" took={(text) => { left(text); setSeeing(false); }} failed={() => setSeeing(false)} />}
			<div class="pair">
				<TextBox field={`${role}.name`} words={t("intake.name")} value={person.name} set={(name) => set({ name })} left={left} isRequired />
				<TextBox field={`${role}.phone`} words={t("intake.phone")} value={person.phone} set={(phone) => set({ phone })} isNumber class="short"
					left={(phone) => { const clean = cleanPhone(phone.trim()); if (clean) { set({ phone: clean }); } }} />
			</div>
			<TextBox field={`${role}.address`} words={t("intake.address")} value={person.address} set={(address) => set({ address })} />
			{children}
		</fieldset>
	);
}

function IdBoxes() {
	const { form, change } = useForm();
	const kinds: [string, string][] = [["", t("intake.no_id")], ...ID_KINDS.map((kind): [string, string] => [kind, t(`id_kind.${kind}` as Word)])];
	return (
		<div class="pair">
			<Choice field="idKind" words={t("courier.id_kind")} value={form.idKind} set={(idKind) => change({ idKind })} options={kinds} />
			<TextBox field="idLast4" words={t("intake.last4")} value={form.idLast4} set={(idLast4) => change({ idLast4 })} isNumber class="short" />
		</div>
	);
}
