import { useEffect, useRef, useState } from "preact/hooks";
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

export function ProofBoxes(props: ProofBoxesProps) {
	const { asked, pictures } = props;
	const [signing, setSigning] = useState(false);
	const [problem, setProblem] = useState<Word | null>(null);
	const latest = useRef(props); // a picture takes its time: what was typed meanwhile is newer than what it began with
	latest.current = props;
	const put = (what: Picture["what"], picture: Picture | null) => {
		const others = latest.current.pictures.filter((one) => one.what !== what);
		if (picture || others.length < latest.current.pictures.length) {
			latest.current.change(picture ? [...others, picture] : others);
		}
	};
	const photo = async (input: HTMLInputElement) => {
		const file = input.files?.[0];
		if (!file) {
			return;
		}
		setProblem("proof.shrinking");
		const picture = await shrink(file);
		input.value = ""; // the same file may be chosen again
		if (typeof picture === "string") {
			ring("trouble");
			setProblem(`proof.${picture}` as Word);
		} else {
			setProblem(null);
			put("photo", picture);
		}
	};
	const [signature, picture] = (["signature", "photo"] as const).map((what) => pictures.find((one) => one.what === what));
	return (
		<section class="proofs" aria-label={t("proof.title")}>
			{asked.includes("signature") && (signing
				? <SignaturePad change={(made) => put("signature", made)} done={() => setSigning(false)} />
				: signature
					? <Taken picture={signature} drop={() => setSigning(true)} />
					: <button type="button" onClick={() => setSigning(true)}>{t("proof.sign")}</button>)}
			{picture
				? <Taken picture={picture} drop={() => put("photo", null)} />
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
