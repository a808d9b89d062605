/* What supervisors look at, in one file: see later.tsx. */
import "../words/later";
export { Accounts } from "./accounts";
export { BoardScreen } from "./board";
export { Catalogue } from "./catalogue";
export { Desk } from "./desk";
export { Portal } from "./portal";
export { Reports } from "./reports";
