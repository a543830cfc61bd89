import type { Denial, RateLimit, VerifiedKey } from "./verdict";

/** An answer as it was received. The caller adds the request id, and whether it is from memory. */
export type Parsed = Omit<VerifiedKey, "cached" | "requestId"> | Omit<Denial, "requestId">;

/**
 * Reads a 200 of POST /api/v1/verify. Undefined for anything else: a proxy's page must not let a request pass, nor an answer that is
 * valid without saying for which key.
 */
export function parseVerdict(text: string, docsUrl: string): Parsed | undefined {
  const body = parseObject(text);
  if (!body) return undefined;
  return body.valid === true ? readAllowed(body) : readDenied(body, docsUrl);
}

type Fields = Record<string, unknown>;

function readAllowed(body: Fields): Parsed | undefined {
  const { workspace_id, user_id, role, key_id, name, permission_level, environment, expires_at } = body;
  const texts = [workspace_id, user_id, role, key_id, name, environment];
  if (!texts.every((text) => typeof text === "string")) return undefined;
  if (!isLevel(permission_level)) return undefined;
  const expiresAt = expires_at === null ? null : dateOf(expires_at);
  if (expiresAt === undefined) return undefined;
  return {
    valid: true,
    code: "valid",
    workspaceId: workspace_id as string,
    userId: user_id as string,
    role: role as string,
    externalWorkspaceId: textOrNull(body.external_workspace_id),
    externalUserId: textOrNull(body.external_user_id),
    keyId: key_id as string,
    name: name as string,
    permissionLevel: permission_level,
    permissions: textsIn(body.permissions),
    environment: environment as string,
    metadata: readMetadata(body.metadata),
    expiresAt,
    rateLimit: readRateLimit(body.rate_limit),
  };
}

function isLevel(value: unknown): value is VerifiedKey["permissionLevel"] {
  return value === "read_only" || value === "read_write" || value === "custom";
}

/** An older Keyward names none. */
function textsIn(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((text) => typeof text === "string") : [];
}

/** An older Keyward knows of none. */
function textOrNull(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

/** An older Keyward returns none. */
function readMetadata(value: unknown): VerifiedKey["metadata"] {
  if (typeof value !== "object" || value === null) return {};
  const flat = Object.entries(value).filter(([, one]) =>
    ["string", "number", "boolean"].includes(typeof one),
  );
  return Object.fromEntries(flat);
}

function readDenied(body: Fields, docsUrl: string): Parsed | undefined {
  const { valid, code, message, status, key_id, retry_after_seconds } = body;
  if (valid !== false || typeof code !== "string" || typeof message !== "string") return undefined;
  if (typeof status !== "number" || !Number.isInteger(status) || status < 400 || status > 599)
    return undefined;
  const rateLimit = readRateLimit(body.rate_limit);
  return {
    valid: false,
    code,
    message,
    status,
    keyId: typeof key_id === "string" ? key_id : null,
    rateLimit,
    retryAfterSeconds: status === 429 ? secondsOf(retry_after_seconds, rateLimit) : null,
    docUrl: `${docsUrl}#${code}`,
  };
}

/** An older Keyward doesn't say when the next request can pass; then it is when the whole limit is available again. */
function secondsOf(said: unknown, rateLimit: RateLimit | null): number {
  if (typeof said === "number" && Number.isFinite(said)) return Math.max(1, Math.ceil(said));
  if (!rateLimit) return 60;
  return Math.max(1, Math.ceil((rateLimit.resetAt.getTime() - Date.now()) / 1000));
}

function readRateLimit(value: unknown): RateLimit | null {
  if (typeof value !== "object" || value === null) return null;
  const { limit, window_seconds, remaining, reset_at } = value as Fields;
  const resetAt = dateOf(reset_at);
  if (typeof limit !== "number" || typeof window_seconds !== "number") return null;
  if (typeof remaining !== "number" || !resetAt) return null;
  return { limit, windowSeconds: window_seconds, remaining, resetAt };
}

function dateOf(value: unknown): Date | undefined {
  const date = new Date(typeof value === "string" ? value : Number.NaN);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

function parseObject(text: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Fields) : undefined;
  } catch {
    return undefined;
  }
}
