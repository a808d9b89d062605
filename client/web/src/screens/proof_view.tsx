import { useState } from "preact/hooks";
import { fetchFile, Problem } from "../base/call";
import { t, type Word } from "../words/words";
import { usePictureUrl } from "./proof_boxes";
import { wordsOf } from "./sign_in";

/* A picture is fetched only when somebody wants to see it: each look is written down. */
const DEADLINE_MS = 60_000;

export interface ProofViewProps {
	what: "signature" | "photo";
	sha256: string;
}

export function ProofView({ what, sha256 }: ProofViewProps) {
	const [picture, setPicture] = useState<Blob | null>(null);
	const [problem, setProblem] = useState("");
	const url = usePictureUrl(picture, picture?.type ?? "");
	const name = t(`proof.${what}` as Word);
	const see = async () => {
		setProblem("");
		try {
			setPicture(await fetchFile(`/v1/proofs/${sha256}`, DEADLINE_MS));
		} catch (error) {
			setProblem(error instanceof Problem && error.status === 404 ? t("proof.not_there") : wordsOf(error));
		}
	};
	return (
		<div class="proof">
			{picture && url
				? <><img src={url} alt={name} /><button type="button" onClick={() => setPicture(null)}>{t("proof.close")}</button></>
				: <button type="button" onClick={() => void see()}>{t(what === "signature" ? "proof.see_signature" : "proof.see_photo")}</button>}
			<p class="problem" role="status">{problem}</p>
		</div>
	);
}
