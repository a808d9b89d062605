/** cleanPhone - as the server keeps it, 0xxxxxxxxx; "" when it is none. The rules of daemon/model/phone.c. */
export function cleanPhone(text: string): string {
	if (!/^\+?[0-9 .()-]*$/.test(text)) {
		return "";
	}
	let digits = text.replace(/[^0-9]/g, "");
	if (digits.startsWith("84") && digits.length >= 11) {
		digits = `0${digits.slice(2)}`;
	}
	return digits.startsWith("0") && digits.length >= 9 && digits.length <= 11 ? digits : "";
}
