import type { Procedure } from "./catalogue";

/* The reckoning of client/intake_form.c and daemon/model/postage.c, by the table and the rule that the server published. */
const ROUNDING = "down_100";

/** readMoney - "15.000" is written as 15000, too; null: no amount. */
export function readMoney(text: string): number | null {
	const digits = text.replace(/[.\s]/g, "");
	return /^[0-9]{1,11}$/.test(digits) && Number(digits) <= 10_000_000_000 ? Number(digits) : null;
}

/** showMoney - papers are Vietnamese whatever language the page speaks. */
export function showMoney(amount: number): string {
	return `${String(amount).replace(/\B(?=(\d{3})+$)/g, ".")} đ`;
}

export function feeOf(procedure: Procedure): number {
	return procedure.fees.length > 0 ? procedure.fees.reduce((sum, { amount }) => sum + amount, 0) : procedure.fee;
}

export interface Postage {
	relation: string;
	gramsMax: number;
	whole: number;
	percent: number;
	amount: number;
}

/** postageOf - null: the table has no figure for this way and weight, or a rule is not known; nothing is guessed. */
export function postageOf(procedure: Procedure | null, agency: string, grams: number, concession: string): Postage | null {
	const relation = procedure?.relations.find((entry) => entry.agency === agency)?.relation;
	if (!procedure || !relation || grams <= 0 || procedure.rounding !== ROUNDING) {
		return null;
	}
	const step = procedure.postage.filter((row) => row.relation === relation && grams <= row.grams_max)
		.sort((a, b) => a.grams_max - b.grams_max)[0];
	const percent = concession ? (procedure.concessions.find(({ code }) => code === concession)?.percent ?? -1) : 0;
	if (!step || percent < 0 || percent > 100) {
		return null;
	}
	const left = Math.floor((step.amount * (100 - percent)) / 100);
	return { relation, gramsMax: step.grams_max, whole: step.amount, percent, amount: percent === 0 ? step.amount : left - (left % 100) };
}
