import { useState } from "preact/hooks";
import { call } from "../base/call";
import { readItemCode } from "../base/item_code";
import { t } from "../words/words";
import { Camera } from "./camera_view";
import { wordsOf } from "./sign_in";

/** LabelFinder - an item code by the phone's camera, or by a photo that the server reads. */
export function LabelFinder({ took, isMain }: { took: (code: string) => void; isMain: boolean }) {
	const [problem, setProblem] = useState("");
	const [seeing, setSeeing] = useState(false);
	const photo = async (file: File | undefined) => {
		if (!file) {
			return;
		}
		setProblem(t("loading"));
		try {
			const { codes, hint } = await call<{ codes: { text: string }[]; hint: string | null }>("POST", "/v1/photos", file);
			const found = codes.map(({ text }) => readItemCode(text)).find(({ kind }) => kind === "code");
			setProblem(found ? "" : (hint ?? t("courier.no_code")));
			if (found?.kind === "code") {
				took(found.code);
			}
		} catch (error) {
			setProblem(wordsOf(error));
		}
	};
	return (
		<>
			{seeing && <Camera took={(code) => { setSeeing(false); took(code); }} failed={() => { setSeeing(false); setProblem(t("courier.no_camera")); }} />}
			<div class="thumbs">
				<button type="button" class={isMain ? "main" : ""} onClick={() => setSeeing(!seeing)}>{t(seeing ? "courier.camera_off" : "courier.camera")}</button>
				<label class="button">{t("courier.photo")}
					<input type="file" accept="image/*" capture="environment" onChange={(event) => void photo(event.currentTarget.files?.[0])} />
				</label>
			</div>
			<p class="problem" role="alert">{problem}</p>
		</>
	);
}
