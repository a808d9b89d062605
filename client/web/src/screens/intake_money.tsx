import { PAYMENTS } from "../intake/form";
import { postageIn } from "../intake/data";
import { postageOf, readMoney, showMoney } from "../intake/money";
import { t, type Word, word } from "../words/words";
import { Choice, TextBox, useForm } from "./intake_field";

/* Fee with its receipt, postage by the server's table, and how it was paid. */
export function Money() {
	const { form, published, change } = useForm();
	const fees = published?.body.fees ?? [];
	const fee = readMoney(form.fee) ?? 0;
	const isPaid = fee + (postageIn(form, published?.body ?? null) ?? 0) > 0;
	return (
		<fieldset>
			<legend>{t("intake.money")}</legend>
			<div class="pair">
				<TextBox field="fee" words={t("intake.fee")} value={form.fee} set={(text) => change({ fee: text })} isNumber
					hint={fees.length > 0 ? fees.map(({ name, amount }) => `${name}: ${showMoney(amount)}`).join(" · ") : t("intake.fee_hint")} />
				<TextBox field="receipt" words={t("intake.receipt")} value={form.receipt} set={(receipt) => change({ receipt })} isRequired={fee > 0} />
			</div>
			<Postage />
			{isPaid && <Choice field="payment" words={t("intake.payment")} value={form.payment} set={(payment) => change({ payment })}
				options={PAYMENTS.map((name): [string, string] => [name, t(`payment.${name}` as Word)])} />}
		</fieldset>
	);
}

function Postage() {
	const { form, published, change } = useForm();
	const concessions = published?.body.concessions ?? [];
	const reckoned = postageOf(published?.body ?? null, form.agency, Number(form.grams), form.concession);
	const options: [string, string][] = [["", t("intake.no_concession")], ...concessions.map(({ code, name, percent }): [string, string] => [code, `${name} −${percent}%`])];
	return (
		<>
			<div class="pair">
				<TextBox field="grams" words={t("intake.grams")} value={form.grams} set={(grams) => change({ grams })} isNumber class="tiny" />
				{(concessions.length > 0 || form.concession !== "") &&
					<Choice field="concession" words={t("intake.concession")} value={form.concession} set={(concession) => change({ concession })} options={options} />}
				<TextBox field="postage" words={t("intake.postage")} value={form.postage !== "" || !reckoned ? form.postage : String(reckoned.amount)}
					set={(postage) => change({ postage: reckoned && readMoney(postage) === reckoned.amount ? "" : postage })} isNumber class="short" />
			</div>
			<p class={reckoned ? "reckoning" : "hint"} role="status">{reckoningWords()}</p>
		</>
	);

	function reckoningWords(): string {
		if (!reckoned) {
			return form.grams.trim() === "" ? t("intake.postage_by_weight") : t("intake.postage_unknown");
		}
		const way = { way: word("area", reckoned.relation), grams: reckoned.gramsMax, whole: showMoney(reckoned.whole), percent: reckoned.percent, left: showMoney(reckoned.amount) };
		const table = reckoned.percent > 0 ? t("intake.postage_reduced", way) : t("intake.postage_table", way);
		return form.postage !== "" ? `${table} ${t("intake.postage_differs")}` : table;
	}
}
