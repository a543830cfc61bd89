import type { DecisionCode, LogSource } from "@/lib/contracts/access-logs";
import { errorCodes } from "@/lib/contracts/error-codes";
import { hashOfSecret } from "../api-keys/key-format";
import { addressBucket } from "../client-address";
import type { Spent } from "../quotas/quota-holder";
import type { Runtime } from "../runtime";
import { decodeEscapes } from "./decode-escapes";
import { type Demand, judge, type Rights } from "./judge";
import { giveBackUse, peekUse, takeUse } from "./key-limits";
import { giveBackQuota, type Spend, takeQuota } from "./key-quotas";
import type { KeyRecord } from "./key-record";
import type { PresentedKey } from "./presented-key";
import type { WindowState } from "./sliding-window";

/** What is to be decided. Built by whoever received the request. */
export type DecisionRequest = Demand & {
  presented: PresentedKey;
  method: string | null;
  /** Path without the query, for the log. */
  path: string | null;
  userAgent: string | null;
  requestId: string;
  source: LogSource;
  /** What it uses beside one request. */
  spend?: Spend | null;
};

export type RateLimit = WindowState & { now: number };

/** The reasons of HTTP.md §2 for which a decision refuses. */
export type DenialCode = Exclude<DecisionCode, "valid">;

export type Denial = {
  allowed: false;
  code: DenialCode;
  message: string;
  key: KeyRecord | null;
  rateLimit: RateLimit | null;
  retryAfterSeconds?: number;
};
export type Decision =
  | { allowed: true; key: KeyRecord; rights: Rights; rateLimit: RateLimit; spent: Spent[] }
  | Denial;
/** A key that was looked at: judged, but no use of it was taken. */
export type Inspection = { allowed: true; key: KeyRecord; rights: Rights; databaseMs: number } | Denial;

/** Failed look-ups an address may make in a minute before it is answered 429. */
const failuresPerMinute = 60;

/**
 * May this request pass? The steps, in the order of HTTP.md §2: present → format → known → judge → rate limit → quota → record.
 * Guarantee: when it returns, the access log holds the decision; when it cannot, nothing was allowed.
 * @throws AppError `unavailable` where the store cannot be asked or the decision cannot be logged.
 */
export async function decide(request: DecisionRequest, server: Runtime): Promise<Decision> {
  const inspection = await look(request, server);
  const limited = inspection.allowed ? limit(inspection, server) : inspection;
  const decision =
    inspection.allowed && limited.allowed
      ? await meter(limited, inspection.databaseMs, request, server)
      : limited;
  try {
    await record(request, decision, server);
  } catch (error) {
    // The decision does not stand, so neither does the use it took.
    if (decision.allowed) {
      giveBackUse(decision.key, server);
      giveBackQuota(decision.spent, server);
    }
    throw error;
  }
  return decision;
}

/**
 * The same question without using the key: its limits are neither judged nor touched (RFC 7662). It is logged all the same.
 * @throws AppError as decide does.
 */
export async function inspect(request: DecisionRequest, server: Runtime): Promise<Inspection> {
  const inspection = await look(request, server);
  await record(request, inspection, server);
  return inspection;
}

async function look(request: DecisionRequest, server: Runtime): Promise<Inspection> {
  const { presented } = request;
  if (!presented.ok) {
    if (presented.code === "invalid_key") return refuseUnknown(presented.message, request, server);
    return { allowed: false, code: presented.code, message: presented.message, key: null, rateLimit: null };
  }
  if (!server.keyFormats.fits(presented.secret))
    return refuseUnknown("This API key is malformed. Check that it was copied whole.", request, server);
  const hash = hashOfSecret(presented.secret);
  // Memory answers without waiting: nothing asynchronous stands between its clock and the verdict.
  const { record: key, databaseMs } = server.keyCache.peek(hash) ?? (await server.keyCache.find(hash));
  if (!key) return refuseUnknown("This API key is not known here.", request, server);

  const verdict = judge(key, request, databaseMs);
  if (verdict.allowed) return { ...verdict, key, databaseMs };
  const now = performance.now();
  return { ...verdict, key, rateLimit: { ...peekUse(key, server, now), now } };
}

function limit({ key, rights }: Extract<Inspection, { allowed: true }>, server: Runtime): Decision {
  const now = performance.now();
  const { allowed, state } = takeUse(key, server, now);
  const rateLimit = { ...state, now };
  if (allowed) return { allowed: true, key, rights, rateLimit, spent: [] };
  const message = `This API key, or the keys of its workspace together, may make ${state.limit} requests a minute.`;
  return { allowed: false, code: "rate_limit_exceeded", message, key, rateLimit };
}

/** What the quotas say. A decision they refuse, or cannot be asked about, costs nothing of the rate limit. */
async function meter(
  decision: Extract<Decision, { allowed: true }>,
  databaseMs: number,
  { spend = null }: DecisionRequest,
  server: Runtime,
): Promise<Decision> {
  const { key } = decision;
  try {
    const quota = await takeQuota(key, spend, databaseMs, server);
    if (quota.taken) return { ...decision, spent: quota.spent };
    giveBackUse(key, server);
    const now = performance.now();
    const rateLimit = { ...peekUse(key, server, now), now };
    return { allowed: false, code: "quota_exceeded", key, rateLimit, ...quota.refusal };
  } catch (error) {
    giveBackUse(key, server);
    throw error;
  }
}

/** A key that is none. An address that goes on guessing is answered 429; a valid key from there is never refused for it. */
function refuseUnknown(message: string, { clientIp }: DecisionRequest, server: Runtime): Denial {
  const unknown = { allowed: false, code: "invalid_key", message, key: null, rateLimit: null } as const;
  // Only a service with its token may leave the address out, and a service does not guess.
  if (clientIp === null) return unknown;
  const now = performance.now();
  const { allowed, state } = server.failureLimiter.take(addressBucket(clientIp), failuresPerMinute, now);
  if (allowed) return unknown;
  return {
    ...unknown,
    code: "rate_limit_exceeded",
    message: "Too many requests with unknown API keys came from this address.",
    retryAfterSeconds: Math.max(1, Math.ceil((state.nextAt - now) / 1000)),
  };
}

async function record(
  request: DecisionRequest,
  decision: Decision | Inspection,
  server: Runtime,
): Promise<void> {
  await server.accessLog.append({
    kind: "decision",
    requestId: request.requestId,
    workspaceId: decision.key?.workspaceId ?? null,
    keyId: decision.key?.keyId ?? null,
    userId: decision.key?.ownerId ?? null,
    source: request.source,
    method: request.method,
    path: request.path === null ? null : maskedPath(request.path, server),
    outcome: decision.allowed ? "allowed" : "denied",
    status: decision.allowed ? 200 : errorCodes[decision.code].status,
    code: decision.allowed ? "valid" : decision.code,
    ip: request.clientIp,
    userAgent: request.userAgent === null ? null : server.keyFormats.mask(request.userAgent),
  });
}

/** A path as it was sent, unless an escaped key hides in it: then as it reads, with the key cut out. */
function maskedPath(path: string, server: Runtime): string {
  const decoded = decodeEscapes(path);
  return server.keyFormats.mask(server.keyFormats.holdsKey(decoded) ? decoded : path);
}
