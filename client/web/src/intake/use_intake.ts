import { useEffect, useRef, useState } from "preact/hooks";
import { state } from "../app";
import { recordForm, whyNotKept } from "../queue/record";
import { ring } from "../base/bell";
import { t } from "../words/words";
import { askCatalogue, askProcedure, type Catalogue, type Known, type Procedure } from "./catalogue";
import { check, type Wrong } from "./check";
import { cleanText, dataOf } from "./data";
import { emptyForm, type Form, takeProcedure } from "./form";
import { draftName, dropDraft, findDraft, hold, saveDraft, type Slip, slipName } from "./keeping";

/* One clerk's form: what stands in it, what this device knows of it, its draft on the disk, and its way into the queue. */
export interface Intake {
	form: Form;
	known: Known<Catalogue> | null;
	published: Known<Procedure> | null;
	isLoading: boolean;
	wrong: Wrong;
	isPressed: boolean; // once pressed, everything that is wrong is told; before, only what was typed wrong
	restoredAt: number; // 0: begun now
	problem: string;
	change: (patch: Partial<Form> | ((form: Form) => Form)) => void;
	choose: (procedure: string) => void;
	submit: () => Promise<Slip | null>;
	begin: (form?: Form) => void; // another one; this one's draft is dropped
}

const SAVE_MS = 250; // after the last key; a scanner's burst is over by then

function account(): string {
	return state.session?.account ?? "";
}

function office(): string {
	return state.session?.office?.code ?? "";
}

/*
 * The draft follows the form; never while the form is being recorded, which takes its draft away, nor after that: the next
 * form is the latest at once, but this one's timer ends only when that has been drawn.
 */
function useDraft(form: Form | null, isBusy: { current: boolean }, latest: { current: Form | null }): void {
	useEffect(() => {
		if (!form) {
			return;
		}
		const save = () => {
			if (!isBusy.current && latest.current === form) {
				void saveDraft(account(), form).catch(() => undefined); // a full disk is told when the form is recorded
			}
		};
		const timer = setTimeout(save, SAVE_MS);
		addEventListener("pagehide", save);
		return () => {
			clearTimeout(timer);
			removeEventListener("pagehide", save);
		};
	}, [form]);
}

function slipOf(form: Form, known: Catalogue | null, published: Procedure | null, at: string): Slip {
	const agencyName = known?.agencies.find(({ code }) => code === form.agency)?.name ?? form.agency;
	const procedureName = known?.procedures.find(({ code }) => code === form.procedure)?.name ?? published?.name ?? "";
	return {
		eventId: form.eventId, code: form.code, at, office: state.session?.office?.name ?? "", clerk: state.session?.name ?? "",
		procedureName, agencyName, data: dataOf(form, published, cleanText(agencyName)), form,
	};
}

/** useIntake - null until the disk has been asked for a draft. */
export function useIntake(): Intake | null {
	const [form, setForm] = useState<Form | null>(null);
	const [known, setKnown] = useState<Known<Catalogue> | null>(null);
	const [published, setPublished] = useState<Known<Procedure> | null>(null);
	const [isLoading, setLoading] = useState(true);
	const [isPressed, setPressed] = useState(false);
	const [restoredAt, setRestoredAt] = useState(0);
	const [problem, setProblem] = useState("");
	const latest = useRef<Form | null>(null);
	const facts = useRef<{ known: Catalogue | null; published: Procedure | null }>({ known: null, published: null });
	const isBusy = useRef(false);
	const asking = useRef<Promise<unknown>>(Promise.resolve());
	const held = useRef(new AbortController());
	useDraft(form, isBusy, latest);

	const put = (next: Form) => {
		latest.current = next;
		setForm(next);
	};
	const publish = (answer: Known<Procedure> | null) => {
		facts.current.published = answer?.body ?? null;
		setPublished(answer);
	};
	/* The answer to an older choice is not for this one. */
	const learn = (code: string, settle: (form: Form, body: Procedure | null) => Form) => {
		setLoading(true);
		asking.current = askProcedure(code, office()).catch(() => null).then((answer) => {
			if (latest.current?.procedure === code) {
				publish(answer);
				setLoading(false);
				put(settle(latest.current, answer?.body ?? null));
			}
		});
	};
	const restore = async () => {
		const draft = await findDraft(account(), held.current.signal);
		const first = draft?.form ?? emptyForm();
		if (!draft) {
			void hold(first.eventId, held.current.signal);
		}
		put(first);
		setRestoredAt(draft?.atMs ?? 0);
		const catalogue = await askCatalogue().catch(() => null);
		facts.current.known = catalogue?.body ?? null;
		setKnown(catalogue);
		setLoading(false);
		if (latest.current?.procedure) {
			learn(latest.current.procedure, (now) => now);
		}
	};
	useEffect(() => {
		void restore();
		return () => held.current.abort();
	}, []);

	const change = (patch: Partial<Form> | ((form: Form) => Form)) => {
		if (!latest.current || isBusy.current) {
			return;
		}
		const before = latest.current;
		const next = typeof patch === "function" ? patch(before) : { ...before, ...patch };
		const root = before.refusal?.field.split(".")[0] as keyof Form | undefined;
		put(root && next[root] !== before[root] ? { ...next, refusal: null } : next);
	};
	const choose = (procedure: string) => {
		if (procedure === latest.current?.procedure) {
			return;
		}
		publish(null);
		change((now) => takeProcedure(now, procedure, null));
		if (procedure) {
			learn(procedure, (now, body) => takeProcedure(now, procedure, body));
		}
	};
	const begin = (next: Form = emptyForm(latest.current?.agency)) => {
		const before = latest.current?.eventId;
		held.current.abort();
		held.current = new AbortController();
		void hold(next.eventId, held.current.signal);
		put(next);
		setPressed(false);
		setRestoredAt(0);
		setProblem("");
		if (before && before !== next.eventId) {
			void dropDraft(account(), before);
		}
		if (next.procedure) {
			learn(next.procedure, (now) => now);
		} else {
			publish(null);
		}
	};
	const record = async (now: Form): Promise<Slip | null> => {
		const slip = slipOf(now, facts.current.known, facts.current.published, "");
		let whole = slip;
		try {
			const isNew = await recordForm({ eventId: now.eventId, code: now.code, data: slip.data, replaces: now.replaces },
				{ name: slipName(account(), now.eventId), value: (at) => (whole = { ...slip, at }) }, draftName(account(), now.eventId));
			setProblem(isNew ? "" : t("intake.recorded_before"));
			return whole;
		} catch (error) {
			setProblem(whyNotKept(error));
			return null;
		}
	};
	const submit = async () => {
		await asking.current;
		const now = latest.current;
		if (!now || isBusy.current) {
			return null;
		}
		setPressed(true);
		if (check(now, facts.current.known, facts.current.published).size > 0) {
			ring("trouble");
			return null;
		}
		isBusy.current = true;
		const slip = await record(now);
		isBusy.current = false;
		if (slip) {
			begin();
		}
		return slip;
	};
	return form && {
		form, known, published, isLoading, isPressed, restoredAt, problem, change, choose, submit, begin,
		wrong: check(form, known?.body ?? null, published?.body ?? null),
	};
}
