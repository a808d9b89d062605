import { useEffect, useRef, useState } from "preact/hooks";
import { state } from "../app";
import { call } from "../base/call";
import { askCatalogue, type Entry } from "../intake/catalogue";
import { download, FILTERS, type Following, FORMATS, lacksDenominator, NAMES, partsOf, pathOf, periodOf, type Question, type Report, type Span, SPANS } from "../report/report";
import { showTime, t } from "../words/words";
import { Close, Closed } from "./report_closed";
import { Figures } from "./report_figures";
import { ReportItems } from "./report_items";
import { ReportTables } from "./report_table";
import { wordsOf } from "./sign_in";

const REPORT_MS = 60_000; // a year of a province

/* What was looked at, for whoever comes back from a dossier; of this session only. */
interface Looked {
	token: string;
	question: Question;
	report: Report;
	following: Following | null;
}
let looked: Looked | null = null;

type Lists = Partial<Record<"office" | "agency" | "procedure", Entry[]>>;

function useLists(): Lists {
	const [lists, setLists] = useState<Lists>({});
	useEffect(() => {
		askCatalogue().then((known) => {
			const body = known?.body as { offices?: Entry[]; agencies?: Entry[]; procedures?: Entry[] } | undefined;
			setLists({ office: body?.offices, agency: body?.agencies, procedure: body?.procedures });
		}, () => setLists({})); // codes can be typed without a list
	}, []);
	return lists;
}

/* The month before this one: the newest that is over. */
function lastMonth(): { year: number; part: number } {
	const now = new Date();
	return now.getMonth() === 0 ? { year: now.getFullYear() - 1, part: 12 } : { year: now.getFullYear(), part: now.getMonth() };
}

function PeriodFields({ span, setSpan }: { span: Span; setSpan: (span: Span) => void }) {
	const { year, part } = lastMonth();
	const count = partsOf(span);
	const first = span === "month" ? part : Math.ceil((part * count) / 12);
	return (
		<>
			<label>{t("reports.span")}
				<select value={span} onChange={(event) => setSpan(event.currentTarget.value as Span)}>
					{SPANS.map((name) => <option key={name} value={name}>{t(`reports.span.${name}`)}</option>)}
				</select>
			</label>
			{count > 1 && (
				<label>{t(`reports.span.${span}`)}
					<select key={span} name="part">
						{Array.from({ length: count }, (_, i) => <option key={i} value={i + 1} selected={i + 1 === first}>{i + 1}</option>)}
					</select>
				</label>
			)}
			<label>{t("reports.year")}<input name="year" type="number" min={2000} max={2100} required defaultValue={year} /></label>
			<label>{t("reports.cut")}
				<select name="cut"><option value="calendar">{t("reports.cut.calendar")}</option><option value="15">{t("reports.cut.15")}</option></select>
			</label>
		</>
	);
}

function Ask({ ask, isBusy }: { ask: (question: Question) => void; isBusy: boolean }) {
	const [span, setSpan] = useState<Span>("month");
	const lists = useLists();
	const isAgency = state.session?.role === "agency";
	const submit = (event: SubmitEvent) => {
		event.preventDefault();
		const form = Object.fromEntries(new FormData(event.target as HTMLFormElement)) as Record<string, string>;
		const [office, agency, procedure, courier] = FILTERS.map((name) => (form[name] ?? "").trim());
		ask({ name: form.name, period: periodOf(span, Number(form.year), Number(form.part ?? 1)), cut: form.cut, office, agency, procedure, courier });
	};
	return (
		<form onSubmit={submit}>
			<div class="row">
				<label>{t("reports.name")}
					<select name="name">{NAMES.filter((name) => !isAgency || name === "plan").map((name) => <option key={name} value={name}>{t(`reports.${name}`)}</option>)}</select>
				</label>
				<PeriodFields span={span} setSpan={setSpan} />
			</div>
			<div class="row">
				{FILTERS.filter((name) => !isAgency || name === "procedure").map((name) => (
					<label key={name}>{t(`reports.filter.${name}`)}
						<input name={name} list={`report-${name}`} autocomplete="off" spellcheck={false} placeholder={t("reports.filter.all")} />
						<datalist id={`report-${name}`}>{(lists[name as keyof Lists] ?? []).map((entry) => <option key={entry.code} value={entry.code}>{entry.name}</option>)}</datalist>
					</label>
				))}
				<button type="submit" class="main" disabled={isBusy}>{t("reports.show")}</button>
			</div>
		</form>
	);
}

/* No percentage without a denominator: which figures are not there, and how they come. */
function Missing({ report }: { report: Report }) {
	if (!lacksDenominator(report)) {
		return null;
	}
	return (
		<section class="warning">
			<h3>{t("reports.missing")}</h3>
			<p>{t("reports.missing_why")}</p>
			<p>{t("reports.missing_how")}</p>
			<p class="command">hoso report totals so-lieu.csv</p>
			<p>{t("reports.missing_columns")}</p>
			<p class="command">period,cut,agency,procedure,received_all,received_online,resolved_all,resolved_online,returned_all,source</p>
		</section>
	);
}

function Shown({ question, report, closed, follow }: { question: Question; report: Report; closed: () => void; follow: (following: Following) => void }) {
	const [refused, setRefused] = useState("");
	const save = (format: string) => {
		setRefused("");
		download(pathOf(question, { format }), `${report.name}-${report.period.period}.${format}`).catch((error) => setRefused(wordsOf(error)));
	};
	return (
		<>
			<h2 lang="vi">{report.title}</h2>
			<p><span lang="vi">{report.period.words}</span> · {report.issuer.name} · {t("reports.as_of", { time: showTime(report.as_of) })}</p>
			<div class="row">
				{FORMATS.map((format) => <button key={format} type="button" onClick={() => save(format)}>{t("reports.download", { format: format.toUpperCase() })}</button>)}
				{state.session?.role === "supervisor" && <Close question={question} report={report} closed={closed} />}
			</div>
			<p class="problem" role="alert">{refused}</p>
			{report.notes.length > 0 && <section class="warning"><h3>{t("reports.notes")}</h3><ul lang="vi">{report.notes.map((note) => <li key={note}>{note}</li>)}</ul></section>}
			<Missing report={report} />
			<ReportTables report={report} follow={follow} />
		</>
	);
}

/* Asks, and keeps what it was told for the way back. */
function useReport() {
	const [shown, setShown] = useState<Looked | null>(looked?.token === state.session?.token ? looked : null);
	const [problem, setProblem] = useState("");
	const [isBusy, setBusy] = useState(false);
	const show = (now: Looked | null) => {
		looked = now;
		setShown(now);
	};
	const ask = async (question: Question) => {
		setBusy(true);
		setProblem("");
		show(null);
		try {
			show({ token: state.session?.token ?? "", question, report: await call<Report>("GET", pathOf(question), undefined, REPORT_MS), following: null });
		} catch (error) {
			setProblem(wordsOf(error));
		}
		setBusy(false);
	};
	return { shown, show, ask, problem, isBusy };
}

export function Reports() {
	const { shown, show, ask, problem, isBusy } = useReport();
	const [closings, setClosings] = useState(0);
	const from = useRef<HTMLElement | null>(null);
	const follow = (following: Following) => {
		from.current = document.activeElement as HTMLElement | null;
		show(shown && { ...shown, following });
	};
	const back = () => {
		show(shown && { ...shown, following: null });
		requestAnimationFrame(() => from.current?.focus());
	};
	return (
		<>
			<h1>{t("reports.title")}</h1>
			<Ask ask={ask} isBusy={isBusy} />
			<p class="problem" role="alert">{problem}</p>
			{isBusy && <p class="quiet" role="status">{t("loading")}</p>}
			{!shown && !isBusy && !problem && <p class="empty">{t("reports.hint")}</p>}
			{shown?.following && <ReportItems question={shown.question} following={shown.following} back={back} />}
			{shown && <div hidden={shown.following !== null}><Shown key={JSON.stringify(shown.question)} question={shown.question} report={shown.report} follow={follow} closed={() => setClosings((n) => n + 1)} /></div>}
			{state.session?.role === "supervisor" && !shown?.following && <><Figures stored={() => shown && void ask(shown.question)} /><Closed count={closings} /></>}
		</>
	);
}
