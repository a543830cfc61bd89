/** The answer to one request, typed by `valid`. */
export type Verdict = VerifiedKey | Denial;

/** An allowed request: its key and the key's owner. */
export type VerifiedKey = {
  valid: true;
  code: "valid";
  workspaceId: string;
  userId: string;
  role: string;
  /** Your own id of the workspace, if it has one. */
  externalWorkspaceId: string | null;
  /** Your own id of the owner, if it has one. */
  externalUserId: string | null;
  keyId: string;
  name: string;
  permissionLevel: "read_only" | "read_write" | "custom";
  /** The permissions that the operator declared and the key has. */
  permissions: string[];
  environment: string;
  /** What your backend attached to the key. */
  metadata: Record<string, string | number | boolean>;
  expiresAt: Date | null;
  rateLimit: RateLimit | null;
  requestId: string;
  /** Whether the answer is from this process's memory, and so up to `maxAgeSeconds` old. Always false unless that is set. */
  cached: boolean;
};

/** A denied request, with everything its answer needs. */
export type Denial = {
  valid: false;
  code: DenialCode;
  message: string;
  status: number;
  keyId: string | null;
  rateLimit: RateLimit | null;
  /** With status 429 and 503. */
  retryAfterSeconds: number | null;
  requestId: string;
  docUrl: string;
};

export type DenialCode =
  | "invalid_request"
  | "missing_key"
  | "invalid_key"
  | "revoked_key"
  | "disabled_key"
  | "expired_key"
  | "api_access_disabled"
  | "ip_not_allowed"
  | "insufficient_permissions"
  | "rate_limit_exceeded"
  | "quota_exceeded"
  | "unavailable"
  // A newer Keyward may have more codes; each one is a denial.
  | (string & {});

export type RateLimit = { limit: number; windowSeconds: number; remaining: number; resetAt: Date };

const statuses: Record<string, number> = {
  invalid_request: 400,
  missing_key: 401,
  invalid_key: 401,
  unavailable: 503,
};

/** A denial by this process itself, without Keyward's answer. */
export function ownDenial(
  code: "invalid_request" | "missing_key" | "invalid_key" | "unavailable",
  message: string,
  about: { requestId: string; docsUrl: string; retryAfterSeconds?: number },
): Denial {
  return {
    valid: false,
    code,
    message,
    status: statuses[code] as number,
    keyId: null,
    rateLimit: null,
    retryAfterSeconds: about.retryAfterSeconds ?? null,
    requestId: about.requestId,
    docUrl: `${about.docsUrl}#${code}`,
  };
}
