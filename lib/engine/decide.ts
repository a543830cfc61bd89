import type { DenialCode, LogSource } from "@/lib/contracts/access-logs";
import { wholeSeconds } from "@/lib/contracts/app-error";
import type { Engine } from "./engine";
import { type AccessRequirements, judge, type Verdict } from "./judge";
import type { KeyLookup } from "./keys/key-cache";
import { hashOfSecret } from "./keys/key-format";
import type { KeyRecord } from "./keys/key-record";
import { type Clocks, readClocks } from "./leases/lease";
import { giveBackUse, peekUse, takeUse, tryTakeUse } from "./limits/key-limits";
import { reportLimit, withEnforcedLimit } from "./limits/report-only-limit";
import type { Taken, WindowState } from "./limits/sliding-window";
import { decisionEntry } from "./log/decision-entry";
import type { BlockUse } from "./quotas/block-account";
import { type MeterCost, type QuotaResult, takeQuota, tryTakeQuota } from "./quotas/key-quotas";
import type { PresentedKey } from "./request/presented-key";

/** A request to decide, with what was read from its headers or body. */
export type DecisionRequest = AccessRequirements & {
  presented: PresentedKey;
  method: string | null;
  /** Path without the query, for the log. */
  path: string | null;
  userAgent: string | null;
  requestId: string;
  source: LogSource;
  /** The caller may know of this workspace's keys only: others are unknown to it. Null for every workspace. */
  visibleWorkspaceId?: string | null;
  /** What the request uses of a meter, in addition to counting as one request. */
  meterCost?: MeterCost | null;
};

export type RateLimit = WindowState;

export type Denial = {
  allowed: false;
  code: DenialCode;
  message: string;
  key: KeyRecord | null;
  rateLimit: RateLimit | null;
  retryAfterSeconds?: number;
};
type Allowed = Judged & { rateLimit: RateLimit; spent: BlockUse[] };
export type Decision = Allowed | Denial;

/** The result for a key before its limits and quotas are checked. */
export type Inspection = Passed | Denial;
type Passed = Judged & { now: Clocks; databaseMs: number };
type Judged = Extract<Verdict, { allowed: true }> & { key: KeyRecord };

/**
 * Decides whether a request may pass. The steps are credential, format, known, judged, limit, quota, record. The first step that
 * denies determines the code. Before the promise resolves, the decision is in the access log.
 * @throws AppError `unavailable` when the store doesn't answer or the decision can't be logged. Nothing was allowed then.
 */
export function decide(request: DecisionRequest, engine: Engine): Promise<Decision> {
  return new Promise((resolve, reject) => {
    decideThen(request, engine, (error, decision) => (decision ? resolve(decision) : reject(error)));
  });
}

/** Like `decide`, but creates no promise when memory can decide. `answer` is called once, in a later turn of the event loop. */
export function decideThen(
  request: DecisionRequest,
  engine: Engine,
  answer: (error: unknown, decision?: Decision) => void,
): void {
  const since = performance.now();
  let decision: Decision | null;
  try {
    decision = decideFromMemory(request, engine);
  } catch (error) {
    answer(error);
    return;
  }
  if (decision) record(request, decision, engine, since, answer);
  else decideFromStore(request, engine).then((late) => record(request, late, engine, since, answer), answer);
}

/**
 * Tells whether a key is valid without using it: limits and quotas are neither checked nor changed (RFC 7662). Logged as well.
 * @throws AppError as `decide` does.
 */
export async function inspect(request: DecisionRequest, engine: Engine): Promise<Inspection> {
  const since = performance.now();
  const inspection = inspectFromMemory(request, engine) ?? (await inspectFromStore(request, engine));
  await new Promise<void>((resolve, reject) => {
    const entry = decisionEntry(request, inspection, nothingSpent);
    engine.accessLog.enqueue(entry, (error) => (error ? reject(error) : resolve()), since);
  });
  return inspection;
}

/**
 * Whether a request that was allowed before would still be, without using the key and without an entry in the log: for answers that
 * take long. False also when that can't be told.
 */
export async function isStillAllowed(request: DecisionRequest, engine: Engine): Promise<boolean> {
  try {
    return (inspectFromMemory(request, engine) ?? (await inspectFromStore(request, engine))).allowed;
  } catch {
    return false;
  }
}

/** All steps up to quota, from memory. Returns null, with nothing taken, when the store has to be asked. */
function decideFromMemory(request: DecisionRequest, engine: Engine): Decision | null {
  const inspection = inspectFromMemory(request, engine);
  return inspection?.allowed ? takeFromMemory(inspection, request, engine) : inspection;
}

/** The same steps when the store has to be asked for the key, for grants of its limits, or for blocks of its quotas. */
async function decideFromStore(request: DecisionRequest, engine: Engine): Promise<Decision> {
  const inspection = inspectFromMemory(request, engine) ?? (await inspectFromStore(request, engine));
  if (!inspection.allowed) return inspection;
  const { key, now, databaseMs } = inspection;
  const limit = tryTakeUse(key, engine, now) ?? (await takeUse(key, engine));
  if (!limit.allowed) return overLimit(key, limit);
  try {
    const spend = request.meterCost ?? null;
    const quota =
      tryTakeQuota(key, spend, databaseMs, engine.quotas) ??
      (await takeQuota(key, spend, databaseMs, engine.quotas));
    if (!quota.taken) return overQuota(key, limit, quota, engine);
    return await judgeAgain(allowed(inspection, limit, quota, engine), request, engine);
  } catch (error) {
    giveBackUse(key, engine, limit.state.now);
    throw error;
  }
}

/** The steps credential, format, known and judged. Returns null when the key has to be looked up in the store. */
function inspectFromMemory(request: DecisionRequest, engine: Engine): Inspection | null {
  const { presented } = request;
  if (!presented.ok) {
    if (presented.code === "invalid_key") return denyUnknown(presented.message, request, engine);
    return { allowed: false, code: presented.code, message: presented.message, key: null, rateLimit: null };
  }
  const { secret } = presented;
  const { keyFormats, keyCache } = engine;
  // Hashing a long text is slow, so hash only what has the length of a key.
  if (!keyFormats.isShaped(secret)) return denyUnknown(malformed, request, engine);
  const hash = hashOfSecret(secret);
  const found = keyCache.peek(hash);
  // Don't await between here and the verdict: the lease was valid at the time that peek read.
  if (found) return judged(found, request, engine);
  // Reject a wrong checksum without a query. Keys found in memory passed this check before.
  if (!keyFormats.fits(secret)) return denyUnknown(malformed, request, engine);
  // An address that keeps guessing gets no query either, unless a key may have this hash. Without a lease we wouldn't hear of new
  // keys, so then we do look it up.
  if (engine.leaseKeeper.holdsLease && isGuessing(request, engine) && !engine.knownHashes.mayExist(hash))
    return denyUnknown(unknown, request, engine);
  return null;
}

async function inspectFromStore(request: DecisionRequest, engine: Engine): Promise<Inspection> {
  const { secret } = request.presented as Extract<PresentedKey, { ok: true }>;
  return judged(await engine.keyCache.find(hashOfSecret(secret)), request, engine);
}

const unknown = "This API key is not known here.";
const malformed = "This API key is malformed. Check that you copied all of it.";

function judged(
  { record, now, databaseMs }: KeyLookup,
  request: DecisionRequest,
  engine: Engine,
): Inspection {
  const { visibleWorkspaceId = null } = request;
  if (!record || (visibleWorkspaceId !== null && visibleWorkspaceId !== record.workspaceId))
    return denyUnknown(unknown, request, engine);
  const key = withEnforcedLimit(record, engine, databaseMs);
  const verdict = judge(key, request, databaseMs);
  if (verdict.allowed)
    return { allowed: true, key, rights: verdict.rights, wouldDeny: verdict.wouldDeny, now, databaseMs };
  return { ...verdict, key, rateLimit: peekUse(key, engine, now) };
}

/** Takes one use of every rate limit and quota, or of none. Returns null when the store has to be asked for one of them. */
function takeFromMemory(passed: Passed, request: DecisionRequest, engine: Engine): Decision | null {
  const { key, now, databaseMs } = passed;
  const limit = tryTakeUse(key, engine, now);
  if (!limit) return null;
  if (!limit.allowed) return overLimit(key, limit);
  const quota = tryTakeQuota(key, request.meterCost ?? null, databaseMs, engine.quotas);
  if (quota?.taken) return allowed(passed, limit, quota, engine);
  if (quota) return overQuota(key, limit, quota, engine);
  giveBackUse(key, engine, limit.state.now);
  return null;
}

const nothingSpent: BlockUse[] = [];

function allowed(passed: Passed, { state }: Taken, quota: QuotaResult, engine: Engine): Allowed {
  const spent = quota.taken ? quota.spent : nothingSpent;
  const wouldDeny = passed.wouldDeny ?? reportLimit(passed.key, engine, state.now);
  return { allowed: true, key: passed.key, rights: passed.rights, wouldDeny, rateLimit: state, spent };
}

function overLimit(key: KeyRecord, { state }: Taken): Denial {
  const message = `This API key, or the keys of its workspace together, may make ${state.limit} requests a minute.`;
  return { allowed: false, code: "rate_limit_exceeded", message, key, rateLimit: state };
}

/** A request that is denied by a quota doesn't count against the rate limit. */
function overQuota(key: KeyRecord, { state }: Taken, quota: QuotaResult, engine: Engine): Denial {
  giveBackUse(key, engine, state.now);
  const { message, resetsInMs } = (quota as Extract<QuotaResult, { taken: false }>).refusal;
  const rateLimit = peekUse(key, engine, readClocks());
  const retryAfterSeconds = wholeSeconds(resetsInMs);
  return { allowed: false, code: "quota_exceeded", key, rateLimit, message, retryAfterSeconds };
}

/** We awaited the store, so the key may have been revoked in the meantime. Judge it again before allowing. */
async function judgeAgain(decision: Allowed, request: DecisionRequest, engine: Engine): Promise<Decision> {
  try {
    const again = inspectFromMemory(request, engine) ?? (await inspectFromStore(request, engine));
    if (again.allowed) return { ...decision, ...again, wouldDeny: again.wouldDeny ?? decision.wouldDeny };
    giveBack(decision, engine);
    return again;
  } catch (error) {
    engine.quotas.giveBack(decision.spent);
    throw error;
  }
}

function giveBack(decision: Decision, engine: Engine): void {
  if (!decision.allowed) return;
  giveBackUse(decision.key, engine, decision.rateLimit.now);
  if (decision.spent.length > 0) engine.quotas.giveBack(decision.spent);
}

function isGuessing({ clientIp }: DecisionRequest, engine: Engine): boolean {
  return clientIp !== null && engine.failureLimiter.isPastLimit(clientIp);
}

/** Denies an unknown key, with 429 when its address keeps guessing. A valid key is never denied because of its address. */
function denyUnknown(message: string, { clientIp }: DecisionRequest, engine: Engine): Denial {
  const denial = { allowed: false, code: "invalid_key", message, key: null, rateLimit: null } as const;
  // Only a service with a service token may leave out the address, and we trust it not to guess.
  if (clientIp === null) return denial;
  const { allowed, state } = engine.failureLimiter.count(clientIp);
  if (allowed) return denial;
  return {
    ...denial,
    code: "rate_limit_exceeded",
    message: "Too many requests with unknown API keys came from this address.",
    retryAfterSeconds: wholeSeconds(state.nextInMs),
  };
}

function record(
  request: DecisionRequest,
  decision: Decision,
  engine: Engine,
  since: number,
  answer: (error: unknown, decision?: Decision) => void,
): void {
  const spent = decision.allowed ? decision.spent : nothingSpent;
  const done = (error: unknown) => {
    if (!error) return answer(null, decision);
    // An unlogged decision allows nothing, so return what it took.
    giveBack(decision, engine);
    answer(error);
  };
  engine.accessLog.enqueue(decisionEntry(request, decision, spent), done, since);
}
