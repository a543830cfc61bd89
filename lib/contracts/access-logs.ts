import type { ErrorCode } from "./error-codes";

export const outcomes = ["allowed", "denied"] as const;
export type Outcome = (typeof outcomes)[number];

/** `console` is a sign-in attempt; the others are decisions about a key. */
export const logSources = ["api", "forward_auth", "verify", "introspection", "unkey", "console"] as const;
export type LogSource = (typeof logSources)[number];

/** What a decision about a key can be. */
const decisionCodes = [
  "valid",
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
] as const;
export type DecisionCode = (typeof decisionCodes)[number];

const signInCodes = [
  "signed_in",
  "signed_in_with_passkey",
  "reauthenticated",
  "second_step_passed",
  "incorrect_credentials",
  "incorrect_code",
  "account_disabled",
  "passkey_refused",
  "signed_in_by_provider",
  "identity_not_connected",
  "provider_refused",
  "too_many_attempts",
] as const;

/** The codes an entry can have: a decision's, or a sign-in's. */
export const logCodes = [...decisionCodes, ...signInCodes] as const;
export type LogCode = (typeof logCodes)[number];

export type AccessLogEntry = {
  /** Writer and sequence number; the entry's identity. */
  id: string;
  requestId: string;
  at: string;
  key: { id: string; name: string; prefix: string; suffix: string } | null;
  user: { id: string; name: string } | null;
  method: string | null;
  path: string | null;
  outcome: Outcome;
  status: number;
  code: LogCode;
  ip: string | null;
  userAgent: string | null;
  source: LogSource;
  /** Refused sign-ins of one account and address block within a quarter of an hour are one entry; `at` is the first. */
  attempts?: { count: number; lastAt: string; codes: LogCode[] };
};

export type AccessLogPage = {
  entries: AccessLogEntry[];
  nextCursor: string | null;
  completeUpTo: string;
  /** Since when processes that left without a word have been silent: entries of theirs may be missing from then on. */
  silentSince: string[];
};

/** The checks of a decision, in the order they are made. The first that fails gives the code (docs/http-api.md, 2.2). */
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
    passed: "The permission suffices",
    failed: "The key lacks the permission for this request",
  },
  { codes: ["rate_limit_exceeded"], passed: "Within the rate limit", failed: "The rate limit was exceeded" },
  { codes: ["quota_exceeded"], passed: "Within the quota", failed: "The quota was spent" },
] as const satisfies { codes: (LogCode & ErrorCode)[]; passed: string; failed: string }[];
