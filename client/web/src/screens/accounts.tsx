import { useState } from "preact/hooks";
import { call } from "../base/call";
import { label } from "../words/labels";
import { t } from "../words/words";
import { Devices } from "./devices";
import { Loading, More, useList } from "./load";
import { LongTable } from "./long_list";
import { wordsOf } from "./sign_in";

interface Place {
	code: string;
	name: string;
}

interface Account {
	account: string;
	name: string;
	role: string;
	office: Place | null;
	agency: Place | null;
	disabled: boolean;
}

const ROLES = ["clerk", "courier", "supervisor", "agency"];
const PASSWORD_MIN = 15; // as the contract has it

function NewAccount({ made }: { made: (account: string) => void }) {
	const [role, setRole] = useState("clerk");
	const [problem, setProblem] = useState("");
	const submit = async (event: SubmitEvent) => {
		event.preventDefault();
		const form = event.target as HTMLFormElement;
		const { account, name, place, password } = Object.fromEntries(new FormData(form)) as Record<string, string>;
		const where = { [role === "agency" ? "agency" : "office"]: place.trim() };
		try {
			await call("POST", "/v1/accounts", { account: account.trim(), name: name.trim(), role, password, ...where });
			setProblem("");
			form.reset();
			setRole("clerk");
			made(account.trim());
		} catch (error) {
			setProblem(wordsOf(error));
		}
	};
	return (
		<details>
			<summary>{t("accounts.new")}</summary>
			<form onSubmit={submit} class="narrow">
				<label>{t("sign_in.account")}<input name="account" required autocomplete="off" autocapitalize="none" spellcheck={false} /></label>
				<label>{t("accounts.name")}<input name="name" required autocomplete="off" /></label>
				<label>{t("accounts.role")}
					<select value={role} onChange={(event) => setRole(event.currentTarget.value)}>{ROLES.map((name) => <option key={name} value={name}>{label("roles", name)}</option>)}</select>
				</label>
				<label>{t(role === "agency" ? "accounts.agency" : "accounts.office")}<input name="place" required autocomplete="off" spellcheck={false} /></label>
				<label>{t("accounts.first_password", { n: PASSWORD_MIN })}<input name="password" type="password" required minLength={PASSWORD_MIN} autocomplete="new-password" /></label>
				<button type="submit" class="main">{t("accounts.make")}</button>
				<p class="problem" role="alert">{problem}</p>
			</form>
		</details>
	);
}

/* A new password, or the end of an account: both end its sessions, so both are asked for twice. */
function Change({ account, changed }: { account: Account; changed: (words: string) => void }) {
	const [what, setWhat] = useState<"" | "password" | "disable">("");
	const [problem, setProblem] = useState("");
	const act = async (event: SubmitEvent) => {
		event.preventDefault();
		const password = new FormData(event.target as HTMLFormElement).get("password");
		try {
			await call("POST", `/v1/accounts/${encodeURIComponent(account.account)}/${what}`, what === "password" ? { password } : undefined);
			setWhat("");
			setProblem("");
			changed(t(what === "password" ? "accounts.password_set" : "accounts.disabled_now", { account: account.account }));
		} catch (error) {
			setProblem(wordsOf(error));
		}
	};
	if (what === "") {
		return (
			<>
				<button type="button" aria-label={`${t("accounts.password")}: ${account.account}`} onClick={() => setWhat("password")}>{t("accounts.password")}</button>{" "}
				<button type="button" aria-label={`${t("accounts.disable")}: ${account.account}`} onClick={() => setWhat("disable")}>{t("accounts.disable")}</button>
			</>
		);
	}
	return (
		<form onSubmit={act} class="row">
			{what === "password"
				? <label>{t("accounts.first_password", { n: PASSWORD_MIN })}<input name="password" type="password" required minLength={PASSWORD_MIN} autocomplete="new-password" /></label>
				: <p>{t("accounts.disable_sure", { account: account.account })}</p>}
			<button type="submit" class={what === "disable" ? "bad" : "main"}>{t(what === "password" ? "accounts.set" : "accounts.disable_do")}</button>
			<button type="button" onClick={() => setWhat("")}>{t("accounts.not")}</button>
			<p class="problem" role="alert">{problem}</p>
		</form>
	);
}

export function Accounts() {
	const { items, problem, more, again } = useList<Account>("/v1/accounts?limit=200");
	const [said, setSaid] = useState("");
	const [turn, setTurn] = useState(0);
	const tell = (words: string) => {
		setSaid(words);
		setTurn((n) => n + 1);
		again();
	};
	return (
		<>
			<h1>{t("accounts.title")}</h1>
			<p><button type="button" onClick={() => document.getElementById("devices")?.focus()}>{t("accounts.to_devices")}</button></p>
			<NewAccount made={(account) => tell(t("accounts.made", { account }))} />
			<p class="problem" role="alert">{problem}</p>
			<p role="status">{said}</p>
			<Loading of={items} problem={problem} />
			{items && items.length > 0 && (
				<LongTable columns={["sign_in.account", "accounts.name", "accounts.role", "accounts.where", "column.todo"]} items={items} keyOf={({ account }) => account}
					row={(account, at) => (
						<tr {...at}>
							<td class="code">{account.account}</td><td>{account.name}</td><td>{label("roles", account.role)}</td>
							<td>{(account.office ?? account.agency)?.name}</td>
							<td>{account.disabled ? t("accounts.is_disabled") : <Change account={account} changed={tell} />}</td>
						</tr>
					)} />
			)}
			<More more={more} />
			<Devices turn={turn} />
		</>
	);
}
