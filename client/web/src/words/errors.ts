import errors from "contract:errors";
import { currentLanguage } from "./words";

/** errorWords - the sentence of an error that was kept as its token; of anything else what it is. */
export function errorWords(token: string): string {
	return errors[token]?.[currentLanguage()] ?? token;
}
