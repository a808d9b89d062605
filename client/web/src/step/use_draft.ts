import { useEffect, useState } from "preact/hooks";
import { state } from "../app";
import { answered, waiting } from "../queue/store";
import type { StepForm } from "./step";

/*
 * Half a form outlives a page that is loaded anew, in this tab and no longer: it has citizens' data in it, and an agency's PC
 * is shared. What has been recorded under its id meanwhile is not offered again.
 */
function nameOf(place: string): string {
	return `step/${state.session?.account ?? ""}/${place}`;
}

function find(place: string): StepForm | null {
	try {
		return JSON.parse(sessionStorage.getItem(nameOf(place)) ?? "null") as StepForm | null;
	} catch {
		return null;
	}
}

function keep(place: string, form: StepForm | null): void {
	try {
		form ? sessionStorage.setItem(nameOf(place), JSON.stringify(form)) : sessionStorage.removeItem(nameOf(place));
	} catch {
		// no room: what is typed is on the screen all the same
	}
}

async function isRecorded({ eventId }: StepForm): Promise<boolean> {
	const account = state.session?.account;
	return [...(await waiting(account)), ...(await answered(account))].some(({ event_id }) => event_id === eventId);
}

/** useDraft - as useState() for the form at @place, "" for a new one; @fresh: what it begins with. */
export function useDraft<Form extends StepForm | null>(place: string, fresh: () => Form): [Form, (form: Form) => void] {
	const [form, setForm] = useState<Form>(() => (find(place) as Form | null) ?? fresh());
	useEffect(() => {
		const found = find(place);
		if (found) {
			void isRecorded(found).then((isThere) => isThere && setForm((now) => (now?.eventId === found.eventId ? fresh() : now)));
		}
	}, []);
	useEffect(() => keep(place, form), [form]);
	return [form, setForm];
}
