const ZONE = "Asia/Ho_Chi_Minh";

/** today - where the offices are, as YYYY-MM-DD. */
export function today(): string {
	return new Intl.DateTimeFormat("en-CA", { timeZone: ZONE }).format(new Date());
}

/** showDay - a day as people write it. */
export function showDay(day: string): string {
	return day.split("-").reverse().join("/");
}
