import type { DecisionCode, LogSource } from "@/lib/contracts/access-logs";
import type { Runtime } from "@/lib/server/runtime";
import { type Demand, judge } from "./judge";
import type { Found } from "./keys/key-cache";
import { hashOfSecret } from "./keys/key-format";
import type { KeyRecord } from "./keys/key-record";
import type { Rights } from "./keys/standing";
import { type Clocks, readClocks } from "./leases/lease";
import { giveBackUse, peekUse, takeUse } from "./limits/key-limits";
import type { Taken, WindowState } from "./limits/sliding-window";
import { decisionEntry } from "./log/decision-entry";
import { giveBackQuota, type Spend, type TakenQuota, takeQuota } from "./quotas/key-quotas";
import type { Spent } from "./quotas/quota-holder";
import type { PresentedKey } from "./request/presented-key";
import { wholeSeconds } from "./whole-seconds";

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

export type RateLimit = WindowState;

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
export type Inspection = Passed | Denial;
type Passed = { allowed: true; key: KeyRecord; rights: Rights; now: Clocks; databaseMs: number };

/** At once where memory suffices, later where somebody has to be asked. */
type Soon<Value> = Value | Promise<Value>;

/**
 * May this request pass? The steps: present → known (by memory, else its format and then the database) → judge → rate limit →
 * quota → record. Of several reasons to refuse, the first in the order of HTTP.md §2 is told.
 * Guarantee: when it is answered, the access log holds the decision; when it cannot, nothing was allowed.
 * @throws AppError `unavailable` where the store cannot be asked or the decision cannot be logged.
 */
export function decide(request: DecisionRequest, server: Runtime): Promise<Decision> {
  return new Promise((resolve, reject) => {
    decideThen(request, server, (error, decision) => (decision ? resolve(decision) : reject(error)));
  });
}

/** The same without a promise on the way of a key that memory knows. `answer` is called once, in a later turn. */
export function decideThen(
  request: DecisionRequest,
  server: Runtime,
  answer: (error: unknown, decision?: Decision) => void,
): void {
  const recorded = (decision: Decision) => record(request, decision, server, answer);
  try {
    const decision = weigh(request, server);
    if (decision instanceof Promise) decision.then(recorded, answer);
    else recorded(decision);
  } catch (error) {
    answer(error);
  }
}

/**
 * The same question without using the key: its limits are neither judged nor touched (RFC 7662). It is logged all the same.
 * @throws AppError as decide does.
 */
export async function inspect(request: DecisionRequest, server: Runtime): Promise<Inspection> {
  const inspection = await look(request, server);
  await new Promise<void>((resolve, reject) => {
    const entry = entryOf(request, inspection, nothingSpent);
    server.accessLog.enqueue(entry, (error) => (error ? reject(error) : resolve()));
  });
  return inspection;
}

function weigh(request: DecisionRequest, server: Runtime): Soon<Decision> {
  const inspection = look(request, server);
  if (inspection instanceof Promise)
    return inspection.then((late) => (late.allowed ? take(late, request, server) : late));
  return inspection.allowed ? take(inspection, request, server) : inspection;
}

function look(request: DecisionRequest, server: Runtime): Soon<Inspection> {
  const { presented } = request;
  if (!presented.ok) {
    if (presented.code === "invalid_key") return refuseUnknown(presented.message, request, server);
    return { allowed: false, code: presented.code, message: presented.message, key: null, rateLimit: null };
  }
  const { secret } = presented;
  const { keyFormats, keyCache } = server;
  // Whatever is sent may be long, and a hash costs by the length: only what could be a key is hashed.
  if (!keyFormats.isShaped(secret)) return refuseUnknown(malformed, request, server);
  const hash = hashOfSecret(secret);
  // Memory answers without waiting: nothing asynchronous stands between its clocks and the verdict.
  const found = keyCache.peek(hash);
  if (found) return judged(found, request, server);
  // What memory knows has a good checksum; of the rest a bad one costs no query.
  if (!keyFormats.fits(secret)) return refuseUnknown(malformed, request, server);
  // Nor does a good one, from an address that goes on guessing, where it is known to belong to no key. Only a lease tells of new
  // keys: without one the look-up decides.
  if (server.leaseKeeper.holdsLease && isGuessing(request, server) && !server.knownHashes.mayExist(hash))
    return refuseUnknown(unknownHere, request, server);
  return keyCache.find(hash).then((late) => judged(late, request, server));
}

const unknownHere = "This API key is not known here.";
const malformed = "This API key is malformed. Check that it was copied whole.";

function judged(
  { record: key, now, databaseMs }: Found,
  request: DecisionRequest,
  server: Runtime,
): Inspection {
  if (!key) return refuseUnknown(unknownHere, request, server);
  const verdict = judge(key, request, databaseMs);
  if (verdict.allowed) return { allowed: true, key, rights: verdict.rights, now, databaseMs };
  return { ...verdict, key, rateLimit: peekUse(key, server, now) };
}

type Allowed = Extract<Decision, { allowed: true }>;
const nothingSpent: Spent[] = [];

/** One use of the rate limits, then of the quotas: of all or of none. */
function take(passed: Passed, request: DecisionRequest, server: Runtime): Soon<Decision> {
  const taken = takeUse(passed.key, server, passed.now);
  const decision =
    taken instanceof Promise
      ? taken.then((late) => limit(passed, late, request, server))
      : limit(passed, taken, request, server);
  return decision instanceof Promise ? decision.then((late) => lookAgain(late, request, server)) : decision;
}

function limit(
  { key, rights, databaseMs }: Passed,
  { allowed, state }: Taken,
  request: DecisionRequest,
  server: Runtime,
): Soon<Decision> {
  if (allowed) {
    const decision: Allowed = { allowed, key, rights, rateLimit: state, spent: nothingSpent };
    return meter(decision, databaseMs, request, server);
  }
  const message = `This API key, or the keys of its workspace together, may make ${state.limit} requests a minute.`;
  return { allowed: false, code: "rate_limit_exceeded", message, key, rateLimit: state };
}

/** What the quotas say. A decision they refuse, or cannot be asked about, costs nothing of the rate limit. */
function meter(
  decision: Allowed,
  databaseMs: number,
  { spend = null }: DecisionRequest,
  server: Runtime,
): Soon<Decision> {
  const { key } = decision;
  let quota: Soon<TakenQuota>;
  try {
    quota = takeQuota(key, spend, databaseMs, server);
  } catch (error) {
    giveBackUse(key, server, decision.rateLimit.now);
    throw error;
  }
  if (!(quota instanceof Promise)) return metered(decision, quota, server);
  return quota.then(
    (late) => metered(decision, late, server),
    (error) => {
      giveBackUse(key, server, decision.rateLimit.now);
      throw error;
    },
  );
}

function metered(decision: Allowed, quota: TakenQuota, server: Runtime): Decision {
  if (quota.taken) return quota.spent.length === 0 ? decision : { ...decision, spent: quota.spent };
  const { key } = decision;
  giveBackUse(key, server, decision.rateLimit.now);
  const rateLimit = peekUse(key, server, readClocks());
  return { allowed: false, code: "quota_exceeded", key, rateLimit, ...quota.refusal };
}

/** Somebody was asked meanwhile. The key may have been revoked, and others told so: never allow after that. */
async function lookAgain(decision: Decision, request: DecisionRequest, server: Runtime): Promise<Decision> {
  if (!decision.allowed) return decision;
  try {
    const again = await look(request, server);
    if (again.allowed) return { ...decision, key: again.key, rights: again.rights };
    giveBack(decision, server);
    return again;
  } catch (error) {
    giveBack(decision, server);
    throw error;
  }
}

function giveBack(decision: Decision, server: Runtime): void {
  if (!decision.allowed) return;
  giveBackUse(decision.key, server, decision.rateLimit.now);
  giveBackQuota(decision.spent, server);
}

function isGuessing({ clientIp }: DecisionRequest, server: Runtime): boolean {
  return clientIp !== null && server.failureLimiter.isPastLimit(clientIp);
}

/** A key that is none. An address that goes on guessing is answered 429; a valid key from there is never refused for it. */
function refuseUnknown(message: string, { clientIp }: DecisionRequest, server: Runtime): Denial {
  const unknown = { allowed: false, code: "invalid_key", message, key: null, rateLimit: null } as const;
  // Only a service with its token may leave the address out, and a service does not guess.
  if (clientIp === null) return unknown;
  const { allowed, state } = server.failureLimiter.count(clientIp);
  if (allowed) return unknown;
  return {
    ...unknown,
    code: "rate_limit_exceeded",
    message: "Too many requests with unknown API keys came from this address.",
    retryAfterSeconds: wholeSeconds(state.nextInMs),
  };
}

function record(
  request: DecisionRequest,
  decision: Decision,
  server: Runtime,
  answer: (error: unknown, decision?: Decision) => void,
): void {
  const spent = decision.allowed ? decision.spent : nothingSpent;
  server.accessLog.enqueue(entryOf(request, decision, spent), (error) => {
    if (!error) return answer(null, decision);
    // The decision does not stand, so neither does what it took.
    giveBack(decision, server);
    answer(error);
  });
}

function entryOf(request: DecisionRequest, decision: Decision | Inspection, spent: Spent[]) {
  const code = decision.allowed ? "valid" : decision.code;
  return decisionEntry(request, decision.key, code, spent);
}
