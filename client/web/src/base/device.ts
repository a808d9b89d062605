/*
 * A device is called by what its browser says of itself. What every browser says since the nineties is left out: each event carries
 * the rest, and a supervisor reads it.
 */
const NAME_MAX = 120;

/** deviceName - as a sign-in calls this device. */
export function deviceName(userAgent: string): string {
	return userAgent.replace(/^Mozilla\/\S+\s*/, "").replace(/\s*(AppleWebKit\/\S+|\(KHTML, like Gecko\)|Gecko\/\S+)/g, "").slice(0, NAME_MAX);
}

/* The first that is found: most call themselves Chrome and Safari, too. */
const BROWSERS: [RegExp, string][] = [[/Edg(e|A|iOS)?\//, "Edge"], [/OPR\//, "Opera"], [/SamsungBrowser\//, "Samsung Internet"], [/coc_coc_browser\//, "Cốc Cốc"],
	[/(Firefox|FxiOS)\//, "Firefox"], [/(Chrome|CriOS)\//, "Chrome"], [/Safari\//, "Safari"]];
const SYSTEMS: [RegExp, string][] = [[/Android/, "Android"], [/iPhone/, "iPhone"], [/iPad/, "iPad"], [/Windows/, "Windows"], [/CrOS/, "ChromeOS"],
	[/Macintosh/, "macOS"], [/X11|Linux/, "Linux"]];

/** shortDevice - the browser and the system of a device's name; a program's, which is a machine's name, is told as it is. */
export function shortDevice(name: string): string {
	const words = [BROWSERS, SYSTEMS].map((known) => known.find(([sign]) => sign.test(name))?.[1]).filter(Boolean);
	return name.includes("(") && words.length > 0 ? words.join(" · ") : name;
}
