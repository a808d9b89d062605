import { useEffect, useState } from "preact/hooks";
import { state } from "../app";
import { showItemCode } from "../base/item_code";
import { Live } from "../board/live";
import { type Counts, type Handover, NOTHING, type Picture } from "../board/picture";
import { label } from "../words/labels";
import { showAge, showTime, t, type Word } from "../words/words";

const TILES: { name: "taken_in" | "handed_over" | "waiting" | "late" | "portal_waiting"; bad: boolean }[] = [
	{ name: "taken_in", bad: false },
	{ name: "handed_over", bad: false },
	{ name: "waiting", bad: false },
	{ name: "late", bad: true },
	{ name: "portal_waiting", bad: true },
];

function Tiles({ counts, at }: { counts: Counts; at: number }) {
	const { portal_oldest_at: oldest } = counts;
	return (
		<dl class="tiles">
			{TILES.map(({ name, bad }) => (
				<div key={name} class={bad && counts[name] > 0 ? "tile bad" : "tile"}>
					<dt>{t(`board.${name}` as Word)}</dt>
					<dd>
						<strong>{counts[name].toLocaleString(state.language)}</strong>
						{name === "portal_waiting" && oldest && <span>{t("board.oldest", { age: showAge(Math.max(0, (at - Date.parse(oldest)) / 1000)) })}</span>}
					</dd>
				</div>
			))}
		</dl>
	);
}

function Handovers({ handovers }: { handovers: Handover[] }) {
	if (handovers.length === 0) {
		return <p class="empty">{t("board.empty")}</p>;
	}
	return (
		<table aria-label={t("board.handovers")}>
			<thead><tr><th scope="col">{t("column.when")}</th><th scope="col">{t("column.code")}</th><th scope="col">{t("column.kind")}</th><th scope="col">{t("board.office")}</th></tr></thead>
			<tbody>
				{handovers.map((handover) => (
					<tr key={handover.id}>
						<td>{showTime(handover.occurred_at)}</td>
						<td class="code"><a href={`#/dossier/${encodeURIComponent(handover.item_code)}`}>{showItemCode(handover.item_code)}</a></td>
						<td>{label("events", handover.kind)}</td>
						<td>{handover.office.name}</td>
					</tr>
				))}
			</tbody>
		</table>
	);
}

/* What is shown may be old: it says how it comes, and of when it is. */
function Road({ picture }: { picture: Picture }) {
	const time = picture.at ? showTime(new Date(picture.at).toISOString()) : "";
	return picture.road === "away"
		? <p class="problem" role="alert">{picture.detail || t("board.road.away")} {time && t("board.as_of", { time })}</p>
		: <p class="quiet" role="status">{t(`board.road.${picture.road}` as Word)} {picture.road === "poll" && t("board.as_of", { time })}</p>;
}

export function BoardScreen() {
	const [picture, setPicture] = useState<Picture>(NOTHING);
	useEffect(() => {
		const live = new Live(state.session?.account ?? "", setPicture);
		return () => live.stop();
	}, [state.session?.token]);
	return (
		<>
			<h1>{t("board.title")}</h1>
			<Road picture={picture} />
			{picture.board && <Tiles counts={picture.board.counts} at={picture.at} />}
			{picture.board?.counts.partial && <p class="quiet">{t("board.partial")}</p>}
			{picture.board && <h2>{t("board.handovers")}</h2>}
			{picture.board && <Handovers handovers={picture.board.handovers} />}
		</>
	);
}
