import { state } from "../app";
import { showItemCode } from "../base/item_code";
import { errorWords } from "../words/errors";
import { label } from "../words/labels";
import { showAge, t, word } from "../words/words";
import { Loading, More, useList } from "./load";
import { LongTable } from "./long_list";

interface Exception {
	key: string;
	what: string;
	age_s: number;
	item_code: string | null;
	dossier_code: string | null;
	kind: string | null;
	leg_kind: string | null;
	actor: string | null;
	office: string | null;
	detail: string | null;
	why: string | null; // an error's token
	next_action: string;
}

/* Where what is to be done is done; "" for what no screen can do, such as a call. */
const SCREENS: Record<string, string> = { accept: "intake", retry_or_skip: "portal", arrange_again: "booking", settle_difference: "money", hand_in: "money" };

function screenOf({ next_action, item_code, dossier_code }: Exception): string {
	const code = item_code ?? dossier_code;
	return SCREENS[next_action] ?? (code && next_action !== "send_proof" ? `dossier/${encodeURIComponent(code)}` : "");
}

function ToDo({ item }: { item: Exception }) {
	const screen = screenOf(item);
	return screen ? <a href={`#/${screen}`}>{sayToDo(item)}</a> : <>{sayToDo(item)}</>;
}

/* A supervisor reminds the agency; the agency does it. */
function sayToDo({ what, next_action }: Exception): string {
	return state.session?.role === "agency" ? word("todo_agency", what) : word("todo", next_action);
}

export function Desk() {
	const role = state.session?.role;
	const { items, problem, more } = useList<Exception>("/v1/exceptions?limit=100");
	return (
		<>
			<h1>{t(role === "agency" ? "desk.title_agency" : "desk.title")}</h1>
			<p class="problem" role="alert">{problem}</p>
			<Loading of={items} problem={problem} />
			{items?.length === 0 && <p class="empty">{t(role === "agency" ? "desk.empty_agency" : "desk.empty")}</p>}
			{items && items.length > 0 && (
				<LongTable columns={["column.what", "column.code", "column.kind", "column.who", "column.age", "column.todo"]} items={items} keyOf={({ key }) => key}
					row={(item, at) => (
						<tr {...at}>
							<td><strong>{word("what", item.what)}</strong></td>
							<td class="code">{item.item_code ? <a href={`#/dossier/${encodeURIComponent(item.item_code)}`}>{showItemCode(item.item_code)}</a> : item.dossier_code}{item.item_code && item.dossier_code && <><br />{item.dossier_code}</>}</td>
							<td>{item.kind ? label("events", item.kind) : item.leg_kind && label("leg_kinds", item.leg_kind)}</td>
							<td>{[item.actor, item.office].filter(Boolean).join(", ")}</td>
							<td>{showAge(item.age_s)}</td>
							<td><ToDo item={item} />{(item.why || item.detail) && <p>{[item.why && errorWords(item.why), item.detail].filter(Boolean).join(" ")}</p>}</td>
						</tr>
					)} />
			)}
			<More more={more} />
		</>
	);
}
