import type { PublicErrorCode } from "../error-codes";

/** The errors that every operation with a key can return. */
export const keyDenials = [
  "invalid_request",
  "missing_key",
  "invalid_key",
  "revoked_key",
  "disabled_key",
  "expired_key",
  "api_access_disabled",
  "ip_not_allowed",
  "insufficient_permissions",
  "rate_limit_exceeded",
  "quota_exceeded",
  "internal_error",
  "unavailable",
] as const satisfies PublicErrorCode[];
