import vi from "./vi.json"; // of which the build brings what the first screens ask for: later.ts has the rest

export type Word = keyof typeof vi;
export type Language = "vi" | "en";

/* Vietnamese comes with the page and with the screens that come later, the other when it is wanted. */
const tables: { vi: Record<Word, string>; en?: Record<Word, string> } = { vi: { ...vi } };
let englishLabels: Record<string, Record<string, string>> = {};
let language: Language = "vi";

/** addWords - the Vietnamese of a screen that came later. */
export function addWords(more: Partial<Record<Word, string>>): void {
	Object.assign(tables.vi, more);
}

/** loadWords - to be awaited before setLanguage(). Rejects when the words cannot be had: no network, and never had before. */
export async function loadWords(wanted: Language): Promise<void> {
	if (wanted === "en") {
		const english = await import("./english");
		tables.en = english.words;
		englishLabels = english.labels;
	}
}

function words(): Record<Word, string> {
	return tables[language] ?? vi;
}

export function setLanguage(chosen: Language): void {
	language = chosen;
	document.documentElement.lang = chosen;
}

/** englishLabel - of a token of the contract; the token itself when there is none. */
export function englishLabel(table: string, token: string): string {
	return englishLabels[table]?.[token] ?? token;
}

export function currentLanguage(): Language {
	return language;
}

/** t - the words for @key; {name} is filled in from @values. */
export function t(key: Word, values: Record<string, string | number> = {}): string {
	return words()[key].replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
}

/** word - as t() for a key that is made of data; the data itself when there is no such word. */
export function word(prefix: string, token: string): string {
	const key = `${prefix}.${token}`;
	return key in words() ? t(key as Word) : token;
}

const ZONE = "Asia/Ho_Chi_Minh";

/** showTime - where the offices are, whatever the device's zone. */
export function showTime(at: string): string {
	return at === "" ? "" : new Intl.DateTimeFormat(language === "vi" ? "vi-VN" : "en-GB",
		{ timeZone: ZONE, dateStyle: "short", timeStyle: "medium" }).format(new Date(at));
}

/** showDate - a day with the day of its week: a browser of another country shows a date's box in another order. */
export function showDate(day: string): string {
	return new Intl.DateTimeFormat(language === "vi" ? "vi-VN" : "en-GB", { timeZone: "UTC", dateStyle: "full" }).format(new Date(`${day}T00:00:00Z`));
}

export function showAge(seconds: number): string {
	if (seconds < 3600) {
		return t("time.minutes", { n: Math.floor(seconds / 60) });
	}
	return seconds < 172_800 ? t("time.hours", { n: Math.floor(seconds / 3600) }) : t("time.days", { n: Math.floor(seconds / 86_400) });
}
