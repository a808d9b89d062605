import { useEffect, useState } from "preact/hooks";
import { countUnsent, state, wake } from "../app";
import { showItemCode } from "../base/item_code";
import { saveBlob } from "../base/save";
import { dropProof, noteProof, type Proof, proofContent, proofs } from "../queue/store";
import { showAge, showTime, t, type Word } from "../words/words";

function fileName({ code, what, sha256, media }: Proof): string {
	return `${code}-${what}-${sha256.slice(0, 12)}.${media === "image/png" ? "png" : "jpg"}`;
}

async function save(proof: Proof): Promise<void> {
	const content = await proofContent(proof);
	if (content) {
		saveBlob(new Blob([content], { type: proof.media }), fileName(proof));
	}
}

function Row({ proof }: { proof: Proof }) {
	const isFailed = proof.state === "failed";
	const isMine = proof.account === state.session?.account;
	const again = async () => {
		await noteProof({ ...proof, state: "waiting", problem: undefined });
		await countUnsent();
		wake();
	};
	return (
		<tr class={`verdict-${proof.state}`}>
			<td class="code">{showItemCode(proof.code)}</td>
			<td>{t(`proof.${proof.what}` as Word)}, {t("proof.size", { n: Math.ceil(proof.bytes / 1024) })}</td>
			<td>{showTime(proof.at)}</td>
			<td>
				<strong>{isFailed ? t("proof.failed") : proof.sent > 0 ? t("proof.part", { n: Math.floor((100 * proof.sent) / proof.bytes) }) : t("verdict.waiting")}</strong> {proof.problem}
				{!isMine && <p>{t("unsent.other", { account: proof.account })}</p>}
				{isMine && (
					<div class="row">
						<button type="button" onClick={() => void save(proof)}>{t("proof.save")}</button>
						{isFailed && <button type="button" onClick={() => void again()}>{t("proof.again")}</button>}
						{isFailed && <button type="button" onClick={() => void dropProof(proof).then(countUnsent)}>{t("unsent.drop")}</button>}
					</div>
				)}
			</td>
		</tr>
	);
}

/** ProofList - pictures that are still here, each with what has become of it. */
export function ProofList() {
	const [list, setList] = useState<Proof[]>([]);
	useEffect(() => void proofs().then(setList), [state.proofs, state.sendProofs]);
	if (list.length === 0) {
		return null;
	}
	return (
		<section>
			<h2>{t("proof.unsent", { n: list.length })}</h2>
			<p>{t("unsent.oldest", { age: showAge((Date.now() - Date.parse(list[0].at)) / 1000) })}. {t("proof.stays")}</p>
			{state.sendProofs.state === "offline" && <p class="late"><strong>{t("proof.later")}</strong> {state.sendProofs.detail}</p>}
			<table>
				<thead><tr><th scope="col">{t("column.code")}</th><th scope="col">{t("column.kind")}</th><th scope="col">{t("column.when")}</th><th scope="col">{t("column.what")}</th></tr></thead>
				<tbody>{list.map((proof) => <Row key={`${proof.event_id} ${proof.what}`} proof={proof} />)}</tbody>
			</table>
		</section>
	);
}

function base64(content: ArrayBuffer): Promise<string> {
	return new Promise((resolve, reject) => {
		const reader = new FileReader();
		reader.onload = () => resolve(String(reader.result).replace(/^[^,]*,/, ""));
		reader.onerror = () => reject(reader.error);
		reader.readAsDataURL(new Blob([content]));
	});
}

/** exportProofs - each with its bytes, for the file of the queue. */
export async function exportProofs(): Promise<unknown[]> {
	const all = await proofs();
	return Promise.all(all.map(async (proof) => ({ ...proof, content_base64: await base64((await proofContent(proof)) ?? new ArrayBuffer(0)) })));
}
