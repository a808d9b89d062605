import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { call, Problem } from "../base/call";
import type { Whole } from "../manifest/manifest";
import { t } from "../words/words";
import { type Facts, ManifestPaper } from "./manifest_paper";
import { useIsPrinting } from "./long_list";
import { wordsOf } from "./sign_in";

/* The paper names senders and procedures, which a manifest does not: asked for when it is printed, and not kept. */
const AT_ONCE = 4;

interface Dossier {
	sender: { name: string } | null;
	receiver: { name: string; address?: string | null } | null;
	procedure: { name: string } | null;
	legs: { item_code: string; collect: number }[];
}

async function askOne(code: string): Promise<Facts> {
	try {
		const { sender, receiver, procedure, legs } = await call<Dossier>("GET", `/v1/legs/${encodeURIComponent(code)}`);
		return { sender: sender?.name ?? "", receiver: [receiver?.name, receiver?.address].filter(Boolean).join(", "), procedure: procedure?.name ?? "",
			collect: legs.find(({ item_code }) => item_code === code)?.collect ?? 0 };
	} catch (error) {
		if (error instanceof Problem && error.status === 404) {
			return { sender: "", receiver: "", procedure: "", collect: 0 }; // nobody has taken it in: the paper has its code alone
		}
		throw error;
	}
}

async function askAll(codes: string[], told: (done: number) => void): Promise<Map<string, Facts>> {
	const facts = new Map<string, Facts>();
	for (let from = 0; from < codes.length; from += AT_ONCE) {
		const some = codes.slice(from, from + AT_ONCE);
		(await Promise.all(some.map(askOne))).forEach((one, i) => facts.set(some[i], one));
		told(facts.size);
	}
	return facts;
}

export function Print({ whole, children }: { whole: Whole; children: ComponentChildren }) {
	const [facts, setFacts] = useState<Map<string, Facts> | null>(null);
	const [progress, setProgress] = useState("");
	const [problem, setProblem] = useState("");
	const isPrinting = useIsPrinting(); // by the browser's own menu
	const codes = [...new Set(whole.lines.filter(({ counts }) => counts).map(({ item_code }) => item_code))];
	const isClosed = whole.state === "closed";
	const print = async () => {
		setProblem("");
		try {
			setFacts(await askAll(codes, (done) => setProgress(t("close.preparing", { done, all: codes.length }))));
		} catch (error) {
			setProblem(t("close.not_printed", { why: wordsOf(error) }));
		}
		setProgress("");
	};
	useEffect(() => {
		if (facts) {
			window.print(); // with the paper as it was drawn just now
		}
	}, [facts]);
	useEffect(() => {
		const after = () => setFacts(null); // a long paper is not drawn anew with every scan
		addEventListener("afterprint", after);
		return () => removeEventListener("afterprint", after);
	}, []);
	return (
		<>
			<div class="row">
				{codes.length > 0 && whole.state !== "cancelled" && <button type="button" class={isClosed ? "main" : ""} disabled={progress !== ""} onClick={print}>{progress || t(isClosed ? "close.print" : "close.print_draft")}</button>}
				{children}
			</div>
			<p class="problem" role="alert">{problem}</p>
			{(isPrinting || facts) && whole.state !== "cancelled" && <ManifestPaper whole={whole} facts={facts ?? new Map()} />}
		</>
	);
}
