/** The parts of a key's page that few keys have, in one script: several would make the scripts of other pages longer. */
export { CreatedKeysSection } from "./created-keys-section";
export { LeakSection } from "./leak-section";
export { RotationSection } from "./rotation-section";
