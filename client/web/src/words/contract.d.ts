/* What the build makes: the sentences of include/hoso/error.h; vi.json, in those that are wanted first and those that come later. */
declare module "contract:errors" {
	const errors: Record<string, { vi: string; en: string }>;
	export default errors;
}
declare module "words:*" {
	const words: Record<string, string>;
	export default words;
}
