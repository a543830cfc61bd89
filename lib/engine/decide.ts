import type { DecisionCode, LogSource } from "@/lib/contracts/access-logs";
import type { Engine } from "./engine";
import { type AccessRequirements, judge } from "./judge";
import type { KeyLookup } from "./keys/key-cache";
import { hashOfSecret } from "./keys/key-format";
import type { KeyRecord } from "./keys/key-record";
import type { Rights } from "./keys/refusal";
import { type Clocks, readClocks } from "./leases/lease";
import { giveBackUse, peekUse, takeUse, tryTakeUse } from "./limits/key-limits";
import type { Taken, WindowState } from "./limits/sliding-window";
import { decisionEntry } from "./log/decision-entry";
import { type MeterCost, type QuotaResult, takeQuota, tryTakeQuota } from "./quotas/key-quotas";
import type { BlockUse } from "./quotas/quota-holder";
import type { PresentedKey } from "./request/presented-key";
import { wholeSeconds } from "./whole-seconds";

/** What is to be decided, as read from a request. */
export type DecisionRequest = AccessRequirements & {
  presented: PresentedKey;
  method: string | null;
  /** Path without the query, for the log. */
  path: string | null;
  userAgent: string | null;
  requestId: string;
  source: LogSource;
  /** What the request uses of quotas beside counting as one request. */
  meterCost?: MeterCost | null;
};

export type RateLimit = WindowState;

/** Every code that a denial can have. */
export type DenialCode = Exclude<DecisionCode, "valid">;

export type Denial = {
  allowed: false;
  code: DenialCode;
  message: string;
  key: KeyRecord | null;
  rateLimit: RateLimit | null;
  retryAfterSeconds?: number;
};
type Allowed = { allowed: true; key: KeyRecord; rights: Rights; rateLimit: RateLimit; spent: BlockUse[] };
export type Decision = Allowed | Denial;

/** A judged key, before any use of it was taken. */
export type Inspection = Passed | Denial;
type Passed = { allowed: true; key: KeyRecord; rights: Rights; now: Clocks; databaseMs: number };

/**
 * May this request pass? The steps are credential, format, known, judged, limit, quota, record. The first step that denies gives
 * the code. When this is answered, the access log holds the decision; when the log can't be written, nothing was allowed.
 * @throws AppError `unavailable` where the store can't be asked or the decision can't be logged.
 */
export function decide(request: DecisionRequest, engine: Engine): Promise<Decision> {
  return new Promise((resolve, reject) => {
    decideThen(request, engine, (error, decision) => (decision ? resolve(decision) : reject(error)));
  });
}

/** The same with a callback: no promise is made for a key that memory knows. `answer` is called once, in a later turn. */
export function decideThen(
  request: DecisionRequest,
  engine: Engine,
  answer: (error: unknown, decision?: Decision) => void,
): void {
  let decision: Decision | null;
  try {
    decision = decideFromMemory(request, engine);
  } catch (error) {
    answer(error);
    return;
  }
  if (decision) record(request, decision, engine, answer);
  else decideFromStore(request, engine).then((late) => record(request, late, engine, answer), answer);
}

/**
 * The same without using the key: its limits and quotas are neither judged nor touched (RFC 7662). It is logged as well.
 * @throws AppError as decide does.
 */
export async function inspect(request: DecisionRequest, engine: Engine): Promise<Inspection> {
  const inspection = inspectFromMemory(request, engine) ?? (await inspectFromStore(request, engine));
  await new Promise<void>((resolve, reject) => {
    const entry = entryOf(request, inspection, nothingSpent);
    engine.accessLog.enqueue(entry, (error) => (error ? reject(error) : resolve()));
  });
  return inspection;
}

/** Credential to quota, without waiting. Null, with nothing taken, where the store has to be asked. */
function decideFromMemory(request: DecisionRequest, engine: Engine): Decision | null {
  const inspection = inspectFromMemory(request, engine);
  return inspection?.allowed ? takeFromMemory(inspection, request, engine) : inspection;
}

/** The same steps where the store has to be asked for the key, for grants of its limits, or for blocks of its quotas. */
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
    return await judgeAgain(allowed(inspection, limit, quota), request, engine);
  } catch (error) {
    giveBackUse(key, engine, limit.state.now);
    throw error;
  }
}

/** Credential, format, known, judged. Null where the key has to be looked up. */
function inspectFromMemory(request: DecisionRequest, engine: Engine): Inspection | null {
  const { presented } = request;
  if (!presented.ok) {
    if (presented.code === "invalid_key") return denyUnknown(presented.message, request, engine);
    return { allowed: false, code: presented.code, message: presented.message, key: null, rateLimit: null };
  }
  const { secret } = presented;
  const { keyFormats, keyCache } = engine;
  // The cost of a hash grows with the text, so only what has the length of a key is hashed.
  if (!keyFormats.isShaped(secret)) return denyUnknown(malformed, request, engine);
  const hash = hashOfSecret(secret);
  const found = keyCache.peek(hash);
  // Nothing is awaited between the clocks that peek read and the verdict.
  if (found) return judged(found, request, engine);
  // Keys in memory have a good checksum. A bad one costs no query.
  if (!keyFormats.fits(secret)) return denyUnknown(malformed, request, engine);
  // Nor does a good one, if its address keeps guessing and no key has this hash. Only a lease tells of new keys, so without one
  // the look-up decides.
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
  { record: key, now, databaseMs }: KeyLookup,
  request: DecisionRequest,
  engine: Engine,
): Inspection {
  if (!key) return denyUnknown(unknown, request, engine);
  const verdict = judge(key, request, databaseMs);
  if (verdict.allowed) return { allowed: true, key, rights: verdict.rights, now, databaseMs };
  return { ...verdict, key, rateLimit: peekUse(key, engine, now) };
}

/** One use of the rate limits, then of the quotas: of all or of none. Null where the store has to be asked for one of them. */
function takeFromMemory(passed: Passed, request: DecisionRequest, engine: Engine): Decision | null {
  const { key, now, databaseMs } = passed;
  const limit = tryTakeUse(key, engine, now);
  if (!limit) return null;
  if (!limit.allowed) return overLimit(key, limit);
  const quota = tryTakeQuota(key, request.meterCost ?? null, databaseMs, engine.quotas);
  if (quota?.taken) return allowed(passed, limit, quota);
  if (quota) return overQuota(key, limit, quota, engine);
  giveBackUse(key, engine, limit.state.now);
  return null;
}

const nothingSpent: BlockUse[] = [];

function allowed({ key, rights }: Passed, { state }: Taken, quota: QuotaResult): Allowed {
  return { allowed: true, key, rights, rateLimit: state, spent: quota.taken ? quota.spent : nothingSpent };
}

function overLimit(key: KeyRecord, { state }: Taken): Denial {
  const message = `This API key, or the keys of its workspace together, may make ${state.limit} requests a minute.`;
  return { allowed: false, code: "rate_limit_exceeded", message, key, rateLimit: state };
}

/** A request that a quota denies costs nothing of the rate limit. */
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
    if (again.allowed) return { ...decision, key: again.key, rights: again.rights };
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

/** Denies an unknown key. An address that keeps guessing is answered 429; a valid key is never denied because of its address. */
function denyUnknown(message: string, { clientIp }: DecisionRequest, engine: Engine): Denial {
  const denial = { allowed: false, code: "invalid_key", message, key: null, rateLimit: null } as const;
  // Only a service with its token may leave out the address, and a service doesn't guess.
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
  answer: (error: unknown, decision?: Decision) => void,
): void {
  const spent = decision.allowed ? decision.spent : nothingSpent;
  engine.accessLog.enqueue(entryOf(request, decision, spent), (error) => {
    if (!error) return answer(null, decision);
    // The decision does not stand, so what it took is given back.
    giveBack(decision, engine);
    answer(error);
  });
}

function entryOf(request: DecisionRequest, decision: Decision | Inspection, spent: BlockUse[]) {
  const code = decision.allowed ? "valid" : decision.code;
  return decisionEntry(request, decision.key, code, spent);
}
