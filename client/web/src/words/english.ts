/* All that is English, in one file of its own: it comes when it is wanted. */
export { default as words } from "./en.json";
export { default as labels } from "./labels_en.json";
