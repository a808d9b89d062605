/* What proves that something happened: signatures and photos, made, waiting and looked at. See later.tsx. */
import "../words/later";
export { proofRoad } from "../proof/road";
export { ProofBoxes } from "./proof_boxes";
export { exportProofs, ProofList } from "./proof_list";
export { ProofView } from "./proof_view";
