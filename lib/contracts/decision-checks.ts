import type { LogCode } from "./access-logs";
import type { ErrorCode } from "./error-codes";

/** The checks of a decision, in the order they run. The first that fails sets the code. */
export const decisionChecks = [
  {
    codes: ["missing_key", "invalid_request"],
    passed: "One API key was sent",
    failed: "No single API key was sent",
  },
  { codes: ["invalid_key"], passed: "The key is known", failed: "The key is not known" },
  { codes: ["revoked_key"], passed: "Not revoked", failed: "The key was revoked" },
  { codes: ["disabled_key"], passed: "Not disabled", failed: "The key, or its owner, was disabled" },
  { codes: ["expired_key"], passed: "Not expired", failed: "The key had expired" },
  {
    codes: ["api_access_disabled"],
    passed: "API access is on",
    failed: "API access was off for the workspace",
  },
  {
    codes: ["ip_not_allowed"],
    passed: "The address is allowed",
    failed: "The address is not on the key's allowlist",
  },
  {
    codes: ["insufficient_permissions"],
    passed: "The key has the permission",
    failed: "The key lacks the permission for this request",
  },
  { codes: ["rate_limit_exceeded"], passed: "Within the rate limit", failed: "The rate limit was exceeded" },
  { codes: ["quota_exceeded"], passed: "Within the quota", failed: "The quota was used up" },
] as const satisfies { codes: (LogCode & ErrorCode)[]; passed: string; failed: string }[];
