/** Everything public in `@keyward/sdk` but the middleware of each framework. */
export { createKeyward, type Keyward, type KeywardOptions, type VerifyRequest } from "./create-keyward";
export { KeywardConfigurationError, KeywardError, KeywardUnavailableError } from "./keyward-error";
export type { HeaderSource } from "./read-headers";
export type { Denial, DenialCode, RateLimit, Verdict, VerifiedKey } from "./verdict";
