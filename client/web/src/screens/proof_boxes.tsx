import { useEffect, useState } from "preact/hooks";
import { ring } from "../base/bell";
import { shrink } from "../proof/picture";
import type { Picture } from "../queue/store";
import { t, type Word } from "../words/words";
import { SignaturePad } from "./signature_pad";

/* What proves a delivery or a visit in vain: nothing here is asked for by the page; where an office demands it, the server says so. */
export interface ProofBoxesProps {
	asked: Picture["what"][];
	pictures: Picture[];
	change: (pictures: Picture[]) => void;
}

/** usePictureUrl - for an <img>, as long as it is shown. */
export function usePictureUrl(content: BlobPart | null, media: string): string {
	const [url, setUrl] = useState("");
	useEffect(() => {
		if (!content) {
			return undefined;
		}
		const made = URL.createObjectURL(new Blob([content], { type: media }));
		setUrl(made);
		return () => URL.revokeObjectURL(made);
	}, [content]);
	return url;
}

function Taken({ picture, drop }: { picture: Picture; drop: () => void }) {
	const url = usePictureUrl(picture.content, picture.media);
	const name = t(`proof.${picture.what}` as Word);
	return (
		<div class="taken">
			{url && <img src={url} alt={name} />}
			<button type="button" onClick={drop}>{t(picture.what === "signature" ? "proof.again_signature" : "proof.again_photo")}</button>
		</div>
	);
}

export function ProofBoxes({ asked, pictures, change }: ProofBoxesProps) {
	const [signing, setSigning] = useState(false);
	const [problem, setProblem] = useState<Word | null>(null);
	const taken = (what: Picture["what"]) => pictures.find((picture) => picture.what === what);
	const take = (picture: Picture) => change([...pictures.filter(({ what }) => what !== picture.what), picture]);
	const drop = ({ what }: Picture) => change(pictures.filter((picture) => picture.what !== what));
	const photo = async (input: HTMLInputElement) => {
		const file = input.files?.[0];
		if (!file) {
			return;
		}
		setProblem("proof.shrinking");
		const picture = await shrink(file);
		input.value = ""; // the same file may be chosen again
		setProblem(typeof picture === "string" ? (`proof.${picture}` as Word) : null);
		typeof picture === "string" ? ring("trouble") : take(picture);
	};
	const [signature, picture] = [taken("signature"), taken("photo")];
	return (
		<section class="proofs" aria-label={t("proof.title")}>
			{asked.includes("signature") && (signature
				? <Taken picture={signature} drop={() => { drop(signature); setSigning(true); }} />
				: signing
					? <SignaturePad taken={(made) => { setSigning(false); take(made); }} leave={() => setSigning(false)} />
					: <button type="button" onClick={() => setSigning(true)}>{t("proof.sign")}</button>)}
			{picture
				? <Taken picture={picture} drop={() => drop(picture)} />
				: (
					<label class="button">{t(asked.includes("signature") ? "proof.take_slip" : "proof.take_door")}
						<input type="file" accept="image/*" capture="environment" onChange={(event) => void photo(event.currentTarget)} />
					</label>
				)}
			<p class={problem === "proof.shrinking" ? "quiet" : "problem"} role="status">{problem && t(problem)}</p>
			{asked.includes("signature") && !signature && <details><summary>{t("proof.cannot_sign")}</summary><p>{t("proof.cannot_sign_do")}</p></details>}
		</section>
	);
}
