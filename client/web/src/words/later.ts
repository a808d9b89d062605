import more from "words:later";
import { addWords } from "./words";

/* The sentences that no first screen has: whatever comes later imports this before it draws. */
addWords(more);
