import { useRef, useState } from "preact/hooks";
import { countUnsent, state } from "../app";
import { ring } from "../base/bell";
import { showItemCode } from "../base/item_code";
import { KINDS, partyOf, type Sums, sumUp, type Whole } from "../manifest/manifest";
import { type Known, useManifest } from "../manifest/use_manifest";
import { recordLine, whyNotKept } from "../queue/record";
import { drop, type Waiting } from "../queue/store";
import { label } from "../words/labels";
import { showTime, t, word } from "../words/words";
import { CodeEntry } from "./code_entry";
import { LabelFinder } from "./label_finder";
import { Cancel, Closing, Over } from "./manifest_close";
import { Lines, Missing, Removed, whyWords } from "./manifest_lines";
import { InSafe, MissingMoney } from "./manifest_money";
import { Print } from "./manifest_print";
import { SessionEnded } from "./session_ended";

/* One manifest: scanned onto by anybody of the office, signed once, then frozen. */
const AGAIN_MS = 2000; // the same label within this is one scan

export function ManifestScreen({ id }: { id: string }) {
	const { known, mine, problem, isOld, path, take, load } = useManifest(id);
	if (!known) {
		return <><p class={problem || isOld ? "problem" : "quiet"} role="status">{problem || t(isOld ? "error.network" : "loading")}</p><p><a href="#/manifests">{t("handover.back")}</a></p></>;
	}
	const { whole } = known;
	const sums = sumUp(whole, known.expected, mine);
	const isOurs = whole.office.code === state.session?.office?.code && KINDS[whole.kind]?.roles.includes(state.session?.role ?? "");
	const isOpen = whole.state === "open" && isOurs;
	const took = (now: Whole) => take({ ...known, whole: now, atMs: Date.now() });
	return (
		<>
			<div class="title">
				<h1>{word("manifest", whole.kind)}: {partyOf(whole)}</h1>
				<p class="quiet">{whole.label && `${whole.label} · `}{whole.office.name}, {whole.opened_by}, {showTime(whole.opened_at)}</p>
			</div>
			<SessionEnded />
			<p class="problem" role="alert">{problem || (isOld ? t("lines.old", { time: showTime(new Date(known.atMs).toISOString()) }) : "")}</p>
			{whole.state === "open" && !isOurs && <p class="warning">{t("close.look_only", { office: whole.office.name })}</p>}
			{whole.state !== "open" && <Over whole={whole} sums={sums} />}
			<Counts sums={sums} known={known} />
			{isOpen && whole.kind === "remittance" && <InSafe whole={whole} sums={sums} atMs={known.atMs} />}
			{isOpen && (
				<div class="halves">
					<div><Scanning known={known} sums={sums} mine={mine} load={load} /></div>
					<Closing whole={whole} sums={sums} path={path} took={took} load={load} />
				</div>
			)}
			<Failed scans={sums.failed} />
			<Lines whole={whole} sums={sums} isOpen={isOpen} path={path} took={took} />
			{isOpen && (whole.kind === "remittance" && sums.missing?.length ? <MissingMoney manifest={whole.id} missing={sums.missing} isAll={known.isAll} /> : <Missing whole={whole} sums={sums} isAll={known.isAll} />)}
			<Removed lines={whole.lines} />
			<Print whole={whole}><button type="button" onClick={() => void load()}>{t("handovers.again")}</button> <a class="button" href="#/manifests">{t("handover.back")}</a></Print>
			{isOpen && <Cancel path={path} took={took} />}
		</>
	);
}

function Counts({ sums, known }: { sums: Sums; known: Known }) {
	const isOpen = known.whole.state === "open";
	const more = known.isAll ? "" : "+";
	const isMoney = known.whole.kind === "remittance";
	const tiles: [string, string, boolean][] = [
		...(isOpen ? [[t("lines.expected"), sums.expected === null ? "?" : `${sums.expected}${more}`, false] as [string, string, boolean]] : []),
		[t(isMoney ? "lines.put_on" : "lines.scanned"), String(sums.onIt.length + sums.unsent.length), false],
		...(isOpen ? [[t("lines.missing"), sums.missing === null ? "?" : `${sums.missing.length}${more}`, (sums.missing?.length ?? 0) > 0] as [string, string, boolean]] : []),
		[t("lines.extra"), String(sums.extra), sums.extra > 0],
		[t("lines.damaged"), String(sums.damaged), sums.damaged > 0],
		...(sums.unsent.length > 0 ? [[t("lines.unsent"), String(sums.unsent.length), true] as [string, string, boolean]] : []),
	];
	return <dl class="tiles counts" aria-live="polite">{tiles.map(([name, number, isBad]) => <div key={name} class={isBad ? "tile bad" : "tile"}><dt>{name}</dt><dd><strong>{number}</strong></dd></div>)}</dl>;
}

interface ScanningProps {
	known: Known;
	sums: Sums;
	mine: Waiting[];
	load: () => void;
}

function Scanning({ known, sums, mine, load }: ScanningProps) {
	const { whole } = known;
	const [last, setLast] = useState("");
	const [problem, setProblem] = useState("");
	const [isChecked, setChecked] = useState(false);
	const recent = useRef(new Map<string, number>());
	const put = async (code: string, data: Record<string, unknown>) => {
		try {
			await recordLine(whole.id, code, KINDS[whole.kind].event, data);
			setProblem("");
		} catch (error) {
			recent.current.delete(code);
			setProblem(whyNotKept(error));
		}
	};
	const took = async (code: string) => {
		if (performance.now() - (recent.current.get(code) ?? Number.NEGATIVE_INFINITY) < AGAIN_MS) {
			setProblem(t("scan.again"));
			return;
		}
		recent.current.set(code, performance.now());
		setLast(code);
		if (whole.kind !== "remittance") {
			await put(code, whole.kind === "handover_in" && isChecked ? { complete: true } : {});
			return;
		}
		const owed = known.expected?.filter(({ item_code, amount }) => item_code === code && (amount ?? 0) > 0) ?? [];
		for (const { money_kind, amount } of owed) {
			await put(code, { money_kind, amount });
		}
		if (owed.length === 0) {
			recent.current.delete(code);
			ring("trouble");
			setProblem(t("lines.no_money", { code: showItemCode(code) }));
			load();
		}
	};
	return (
		<>
			<CodeEntry took={took} />
			{state.session?.role === "courier" && <LabelFinder took={took} isMain={false} />}
			{whole.kind === "handover_in" && <label class="tick"><input type="checkbox" checked={isChecked} onChange={(event) => setChecked(event.currentTarget.checked)} /><span>{t("lines.as_checked")}</span></label>}
			<p class="problem" role="alert">{problem}</p>
			<Last code={last} whole={whole} mine={mine} isEmpty={sums.onIt.length + sums.unsent.length === 0} />
		</>
	);
}

/* What became of the label that was scanned last, large: a clerk looks at labels, and up for a moment only. */
function Last({ code, whole, mine, isEmpty }: { code: string; whole: Whole; mine: Waiting[]; isEmpty: boolean }) {
	if (code === "") {
		return <p class={isEmpty ? "empty" : "quiet"}>{isEmpty && `${t(whole.kind === "remittance" ? "lines.empty_money" : "lines.empty")} `}{t("lines.hint")}</p>;
	}
	const scan = mine.filter((one) => one.code === code && one.kind !== "void").pop();
	const line = whole.lines.filter((one) => one.item_code === code && !one.undone_at).pop();
	const verdict = scan ? scan.state : (line?.verdict ?? "");
	const says = scan?.state === "failed" ? `${t("lines.failed")}: ${scan.problem}` : scan ? t("lines.stored") : line ? whyWords(line) : "";
	return verdict === "" ? null : <p class={`last verdict-${verdict}`} role="status"><span class="code">{showItemCode(code)}</span> <strong>{says}</strong></p>;
}

/* Refused as they are: a person looks at them and takes them off; nothing leaves this device unseen. */
function Failed({ scans }: { scans: Waiting[] }) {
	return scans.length === 0 ? null : (
		<section class="problem">
			<p>{t("lines.failed")}:</p>
			{scans.map((scan) => (
				<p key={scan.event_id}><span class="code">{showItemCode(scan.code)}</span> {label("events", scan.kind)} · {scan.problem} <button type="button" aria-label={`${t("lines.seen")}: ${scan.code}`} onClick={() => void drop(scan).then(countUnsent)}>{t("lines.seen")}</button></p>
			))}
		</section>
	);
}
