import type { PublicErrorCode } from "../error-codes";

/** The errors that every operation with a service token can return. */
export const serviceErrors = [
  "invalid_request",
  "missing_key",
  "invalid_key",
  "payload_too_large",
  "internal_error",
  "unavailable",
] as const satisfies PublicErrorCode[];

export const readErrorsWithoutQuery = [
  "missing_key",
  "invalid_key",
  "internal_error",
  "unavailable",
] as const satisfies PublicErrorCode[];
export const readErrors = ["invalid_request", ...readErrorsWithoutQuery] as const satisfies PublicErrorCode[];

export const workspaceParameter =
  "The id of the workspace, or `ext:` and your own id of it, percent-encoded.";
