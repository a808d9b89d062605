import { useRef, useState } from "preact/hooks";
import { ring } from "../base/bell";

/** usePress - the button of a form that the server answers at once: what is @wrong is shown from the first press on, one @send at a time. */
export function usePress(wrong: Map<string, string>, send: () => Promise<void>) {
	const [isPressed, setPressed] = useState(false);
	const isBusy = useRef(false);
	const submit = async () => {
		setPressed(true);
		if (wrong.size > 0) {
			ring("trouble");
		} else if (!isBusy.current) {
			isBusy.current = true;
			await send();
			isBusy.current = false;
		}
	};
	/* The server's word stands at the box, and not what is wrong with it since. */
	const release = () => setPressed(false);
	return { isPressed, submit, release };
}
