import { useState } from "preact/hooks";
import { type Cell, figureOf, type Following, type Report, type Row, type Section, showCell } from "../report/report";
import { t } from "../words/words";

const ROWS_FIRST = 40; // of a list by day or procedure; the rest is one press away
const CHART_HEIGHT = 120;
const BAR = 12;

interface CellProps {
	section: Section;
	row: Row;
	at: number;
	follow: (following: Following) => void;
}

function NumberCell({ section, row, at, follow }: CellProps) {
	const column = section.columns[at];
	const cell = row.cells[at];
	const shown = showCell(column, cell);
	const figure = figureOf(section, row, at);
	if (column.kind === "text") {
		return <td>{shown}</td>;
	}
	if (cell === null) {
		return <td class="number quiet" lang={document.documentElement.lang}>{shown}</td>;
	}
	if (!figure || typeof cell !== "number" || cell === 0) {
		return <td class="number">{shown}</td>;
	}
	const words = `${row.key === "" ? section.title : `${section.title}: ${row.key}`}. ${column.title}`;
	const by: Record<string, string> = section.by ? { [section.by]: row.key } : {};
	return <td class="number"><button type="button" class="link" aria-label={`${words}: ${shown}`} onClick={() => follow({ figure, by, words, count: cell })}>{shown}</button></td>;
}

function SectionTable({ section, follow }: { section: Section; follow: CellProps["follow"] }) {
	const [isWhole, setWhole] = useState(false);
	const rows = isWhole ? section.rows : section.rows.slice(0, ROWS_FIRST);
	return (
		<section>
			<h3 lang="vi">{section.title}</h3>
			{section.key === "day" && section.rows.length > 1 && <DayChart section={section} />}
			{rows.length === 0 ? <p class="empty">{t("reports.no_rows")}</p> : (
				<div class="wide" tabIndex={0} role="region" aria-label={section.title} lang="vi">
					<table class="numbers">
						<thead><tr>{section.columns.map(({ key, title, kind }) => <th key={key} scope="col" class={kind === "text" ? "" : "number"}>{title}</th>)}</tr></thead>
						<tbody>
							{rows.map((row) => (
								<tr key={row.key}>
									<th scope="row">{row.cells[0] || row.cells[1]}</th>
									{section.columns.slice(1).map((column, i) => <NumberCell key={column.key} section={section} row={row} at={i + 1} follow={follow} />)}
								</tr>
							))}
						</tbody>
					</table>
				</div>
			)}
			{rows.length < section.rows.length && <p><button type="button" onClick={() => setWhole(true)}>{t("reports.all_rows", { n: section.rows.length })}</button></p>}
		</section>
	);
}

/* What was taken in and handed over, day by day; every number of it stands in the table below. */
function DayChart({ section }: { section: Section }) {
	const places = ["accepted", "delivered"].map((key) => section.columns.findIndex((column) => column.key === key));
	const value = (cell: Cell) => (typeof cell === "number" ? cell : 0);
	const most = Math.max(1, ...section.rows.flatMap(({ cells }) => places.map((place) => value(cells[place]))));
	const [first, last] = [section.rows[0].key, section.rows[section.rows.length - 1].key];
	return (
		<figure class="chart">
			<svg viewBox={`0 0 ${section.rows.length * BAR} ${CHART_HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={t("reports.chart", { first, last, most })}>
				{section.rows.flatMap(({ key, cells }, i) => places.map((place, n) => {
					const height = (value(cells[place]) / most) * CHART_HEIGHT;
					return <rect key={`${key}-${place}`} class={n === 0 ? "bar-first" : "bar-second"} x={i * BAR + 1 + n * 5} y={CHART_HEIGHT - height} width={4.5} height={height} />;
				}))}
			</svg>
			<figcaption>
				{places.map((place, n) => <span key={place} lang="vi"><i class={n === 0 ? "bar-first" : "bar-second"} aria-hidden /> {section.columns[place].title}</span>)}
				<span>{t("reports.chart", { first, last, most })}</span>
			</figcaption>
		</figure>
	);
}

export function ReportTables({ report, follow }: { report: Report; follow: CellProps["follow"] }) {
	return (
		<>
			{report.sections.map((section) => <SectionTable key={`${report.name}-${section.key}`} section={section} follow={follow} />)}
			{report.definitions.length > 0 && (
				<details>
					<summary>{t("reports.definitions")}</summary>
					<ul lang="vi">{report.definitions.map((text) => <li key={text}>{text}</li>)}</ul>
				</details>
			)}
		</>
	);
}
