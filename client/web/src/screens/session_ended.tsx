import { sendState } from "../app";
import { t } from "../words/words";
import { SignInForm } from "./sign_in";

/** SessionEnded - nothing is lost by it, and signing in again is all that it takes. */
export function SessionEnded() {
	return sendState().state === "signed_out" ? <section class="problem"><p>{t("sign_in.expired")}</p><SignInForm /></section> : null;
}
