import { fetchFile } from "../base/call";
import { saveBlob } from "../base/save";
import { currentLanguage, t } from "../words/words";

/* Reports as the server makes them, and what is asked for. Nothing is counted here: a number is the server's, or there is none. */
export const NAMES = ["plan", "volume", "quality", "out_of_hours", "quarterly"] as const;
export const SPANS = ["month", "quarter", "half", "year"] as const;
export const FORMATS = ["csv", "xlsx", "pdf"] as const;
export const FILTERS = ["office", "agency", "procedure", "courier"] as const;

export type Span = (typeof SPANS)[number];
export type Cell = string | number | null;

export interface Column {
	key: string;
	title: string;
	kind: "text" | "count" | "money" | "share";
	figure: string | null;
}

export interface Row {
	key: string;
	figure: string | null;
	cells: Cell[];
}

export interface Section {
	key: string;
	title: string;
	by: string | null;
	columns: Column[];
	rows: Row[];
}

export interface Report {
	name: string;
	title: string;
	period: { period: string; cut: string; words: string; first_on: string; last_on: string; due_before: string | null; closed: boolean };
	issuer: { code: string; name: string };
	as_of: string;
	sections: Section[];
	definitions: string[];
	notes: string[];
}

export interface Frozen {
	id: string;
	name: string;
	period: string;
	cut: string;
	office: string;
	agency: string | null;
	procedure: string | null;
	courier: string | null;
	at: string;
	by: string;
}

/** Question - what a report is asked for; a filter that is empty is none. */
export interface Question {
	name: string;
	period: string;
	cut: string;
	office: string;
	agency: string;
	procedure: string;
	courier: string;
}

/** Following - a number whose items are looked at. */
export interface Following {
	figure: string;
	by: Record<string, string>; // the row, in the words of the question
	words: string;
	count: number;
}

const FILE_MS = 90_000; // a year as PDF waits for others who have theirs made

/** periodOf - as the API writes it; @part from 1. */
export function periodOf(span: Span, year: number, part: number): string {
	switch (span) {
		case "month":
			return `${year}-${String(part).padStart(2, "0")}`;
		case "quarter":
			return `${year}-Q${part}`;
		case "half":
			return `${year}-H${part}`;
		default:
			return String(year);
	}
}

/** partsOf - how many of them a year has. */
export function partsOf(span: Span): number {
	return { month: 12, quarter: 4, half: 2, year: 1 }[span];
}

/** membersOf - what is asked for, without what is empty. */
export function membersOf(question: Question): Record<string, string> {
	const { name: _, ...rest } = question;
	return Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== ""));
}

export function pathOf(question: Question, more: Record<string, string> = {}): string {
	return `/v1/reports/${question.name}?${new URLSearchParams({ ...membersOf(question), ...more })}`;
}

export function itemsPathOf(question: Question, following: Following): string {
	const members = { ...membersOf(question), ...following.by, figure: following.figure, limit: "50" };
	return `/v1/reports/${question.name}/dossiers?${new URLSearchParams(members)}`;
}

/**
 * figureOf - what a number can be followed by: its column's, or, for the first number of a row, the row's. What is of no
 * agency, office or procedure cannot be: a list without that name would be of all.
 */
export function figureOf(section: Section, row: Row, at: number): string | null {
	if (section.by && row.key === "") {
		return null;
	}
	const isFirst = section.columns.findIndex(({ kind }) => kind === "count") === at;
	return section.columns[at].figure ?? (isFirst ? row.figure : null);
}

/** showCell - a share comes in hundredths of a percent, and without a denominator it is no number. */
export function showCell(column: Column, cell: Cell): string {
	const language = currentLanguage() === "vi" ? "vi-VN" : "en-GB";
	if (typeof cell !== "number") {
		return cell ?? (column.kind === "text" ? "" : t(column.kind === "share" ? "reports.no_share" : "reports.no_number"));
	}
	return column.kind === "share"
		? `${(cell / 100).toLocaleString(language, { minimumFractionDigits: 2, maximumFractionDigits: 2 })} %`
		: cell.toLocaleString(language);
}

/** lacksDenominator - a share of it has none; what has to be imported is told then. */
export function lacksDenominator(report: Report): boolean {
	return report.name === "plan" && report.sections.some(({ columns, rows }) => {
		const at = columns.findIndex(({ kind, key }) => kind === "share" && key !== "target");
		return at >= 0 && rows.some(({ cells }) => cells[at] === null);
	});
}

/** download - gives the browser a file under a name. Throws Problem. */
export async function download(path: string, name: string): Promise<void> {
	saveBlob(await fetchFile(path, FILE_MS), name);
}
