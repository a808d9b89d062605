import { useEffect, useRef } from "preact/hooks";
import { watch, type Wanted } from "../scan/camera";
import { t } from "../words/words";

/** Camera - what it sees, until the first code (or card) that is believed; @failed when there is none or it may not be used. */
export function Camera({ took, failed, wanted = "code" }: { took: (text: string) => void; failed: () => void; wanted?: Wanted }) {
	const video = useRef<HTMLVideoElement>(null);
	useEffect(() => {
		const stop = new AbortController();
		watch(video.current as HTMLVideoElement, (text) => {
			if (!stop.signal.aborted) {
				stop.abort();
				took(text);
			}
		}, stop.signal, wanted).catch(failed);
		return () => stop.abort();
	}, []);
	return <video ref={video} class="camera" muted playsInline aria-label={t(wanted === "code" ? "courier.camera" : "intake.camera_card")} />;
}
