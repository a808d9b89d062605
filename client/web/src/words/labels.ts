import { currentLanguage, englishLabel } from "./words";

/* The contract's words, put in by the build from include/hoso/*.h: Vietnamese. English: labels_en.json. */
declare const LABELS: Record<string, Record<string, string>>;

export type Table = "events" | "verdicts" | "leg_kinds" | "leg_states" | "reasons" | "roles" | "dossier_statuses" | "visit_kinds" | "visit_reasons" | "visit_states" | "visit_wishes";

export function label(table: Table, token: string): string {
	return currentLanguage() === "vi" ? (LABELS[table][token] ?? token) : englishLabel(table, token);
}

/** tokens - all of a table, in its order. */
export function tokens(table: Table): string[] {
	return Object.keys(LABELS[table]);
}
