export const outcomes = ["allowed", "denied"] as const;
export type Outcome = (typeof outcomes)[number];

/** Where a decision about a key was asked for. */
export const decisionSources = ["api", "forward_auth", "verify", "introspection", "unkey"] as const;
export type DecisionSource = (typeof decisionSources)[number];
/** `console` is a sign-in attempt. */
export const logSources = [...decisionSources, "console"] as const;
export type LogSource = (typeof logSources)[number];

/** Why a key can be denied. */
export const denialCodes = [
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
export const decisionCodes = ["valid", ...denialCodes] as const;
export type DecisionCode = (typeof decisionCodes)[number];
export type DenialCode = Exclude<DecisionCode, "valid">;

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

/** Everything that can appear as the code of an entry: decision codes and sign-in codes. */
export const logCodes = [...decisionCodes, ...signInCodes] as const;
export type LogCode = (typeof logCodes)[number];

export type AccessLogEntry = {
  /** The entry's identity. Links to the entry contain it. */
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
  /** Why an allowed request would have been denied by a rule that isn't enforced yet. */
  wouldDeny?: DenialCode;
  /** Failed sign-ins of one account from one address block within 15 minutes form one entry. `at` is the first attempt. */
  attempts?: { count: number; lastAt: string; codes: LogCode[] };
};

export type AccessLogPage = {
  entries: AccessLogEntry[];
  nextCursor: string | null;
  completeUpTo: string;
  /** Last sign of life of each writer that stopped without closing. Its entries after that moment may be missing. */
  silentSince: string[];
};

export type LogCounts = { allowed: number; denied: number };

/** The values that most entries of a range have. `value` is what the filter of this name takes. */
export type LogFacet = LogCounts & { value: string };

/** The entries of a range, counted. */
export type AccessLogOverview = {
  from: string;
  to: string;
  barSeconds: number;
  /** Oldest first, including empty ones. `codes` has those of denied requests. */
  bars: (LogCounts & { start: string; codes: Partial<Record<LogCode, number>> })[];
  total: LogCounts;
  facets: {
    /** With its name, if it still exists. */
    keys: (LogFacet & { name: string | null })[];
    codes: LogFacet[];
    routes: LogFacet[];
    /** Address blocks, with the client. Empty texts where the log doesn't know. */
    callers: (LogCounts & { ip: string; client: string })[];
  };
};
