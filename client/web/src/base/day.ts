const ZONE = "Asia/Ho_Chi_Minh";

/** dayOf - of an instant, where the offices are, as YYYY-MM-DD. */
export function dayOf(at: string | Date): string {
	return new Intl.DateTimeFormat("en-CA", { timeZone: ZONE }).format(new Date(at));
}

export function today(): string {
	return dayOf(new Date());
}

/** showClock - the hour and minute of an instant, where the offices are. */
export function showClock(at: string): string {
	return new Intl.DateTimeFormat("vi-VN", { timeZone: ZONE, timeStyle: "short" }).format(new Date(at));
}

/** showDay - a day as people write it. */
export function showDay(day: string): string {
	return day.split("-").reverse().join("/");
}
