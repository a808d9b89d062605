/* What changes hands in numbers, and what is arranged: manifests, money, visits by telephone, an agency's signature. See later.tsx. */
import "../words/later";
export { Booking } from "./booking";
export { Handover, Handovers } from "./handovers";
export { ManifestScreen } from "./manifest";
export { OpenManifest } from "./manifest_open";
export { Manifests } from "./manifests";
export { Money } from "./money";
export { Result } from "./result";
