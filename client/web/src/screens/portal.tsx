import { useState } from "preact/hooks";
import { call } from "../base/call";
import { showItemCode } from "../base/item_code";
import { errorWords } from "../words/errors";
import { label } from "../words/labels";
import { showTime, t, word } from "../words/words";
import { More, useList } from "./load";
import { LongTable } from "./long_list";
import { wordsOf } from "./sign_in";

interface PushLine {
	id: string;
	item_code: string;
	dossier_code: string | null;
	kind: string;
	state: string;
	last_error: string | null;
	answer: string | null;
	created_at: string;
}

export function Portal() {
	const { items, problem, more, again } = useList<PushLine>("/v1/outbox?limit=100");
	const [refused, setRefused] = useState("");
	const act = async (line: PushLine, what: "retry" | "skip", why?: string) => {
		try {
			await call("POST", `/v1/outbox/${line.id}/${what}`, why === undefined ? undefined : { why });
			setRefused("");
			again();
		} catch (error) {
			setRefused(wordsOf(error));
		}
	};
	const skip = (line: PushLine) => {
		const why = prompt(t("portal.why"))?.trim();
		if (why) {
			void act(line, "skip", why);
		}
	};
	return (
		<>
			<h1>{t("portal.title")}</h1>
			<p class="problem" role="alert">{problem || refused}</p>
			{items?.length === 0 && <p class="empty">{t("portal.empty")}</p>}
			{items && items.length > 0 && (
				<LongTable columns={["column.state", "column.dossier", "column.code", "column.kind", "column.when", "portal.answer", "column.todo"]} items={items} keyOf={({ id }) => id}
					row={(line, at) => (
						<tr {...at}>
							<td><strong>{word("portal_state", line.state)}</strong></td><td>{line.dossier_code ?? t("dossier.no_code")}</td>
							<td class="code">{showItemCode(line.item_code)}</td><td>{label("events", line.kind)}</td><td>{showTime(line.created_at)}</td>
							<td>{[line.last_error && errorWords(line.last_error), line.answer].filter(Boolean).join(" ")}</td>
							<td>{line.state === "dead" && (
								<>
									<button type="button" onClick={() => act(line, "retry")}>{t("portal.retry")}</button>
									<button type="button" onClick={() => skip(line)}>{t("portal.skip")}</button>
								</>
							)}</td>
						</tr>
					)} />
			)}
			<More more={more} />
		</>
	);
}
