/** fold - without marks, đ and capitals: what people type when they are in a hurry. */
export function fold(text: string): string {
	return text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase().replace(/đ/g, "d");
}
