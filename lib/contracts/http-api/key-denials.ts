import { denialCodes } from "../access-logs";
import type { PublicErrorCode } from "../error-codes";

/** The errors that every operation with a key can return. */
export const keyDenials = [
  ...denialCodes,
  "internal_error",
  "unavailable",
] as const satisfies PublicErrorCode[];
