import { AppError } from "@/lib/contracts/app-error";
import type { KeyRecord } from "../keys/key-record";
import { type Clocks, readClocks } from "../leases/lease";
import type { LimitSharing } from "./limit-sharing";
import type { Limit, SlidingWindow, Taken, WindowState } from "./sliding-window";

/** How long a request waits for grants at most. */
const timeoutMs = 2000;

type Limited = Pick<KeyRecord, "keyId" | "workspaceId" | "rateLimitPerMinute" | "workspaceRequestsPerMinute">;

/** The parts of the engine that rate limits need. */
export type Limiter = {
  rateLimiter: SlidingWindow;
  limitSharing: LimitSharing;
  /** The limit of keys whose own and whose workspace's limit are not set. */
  requestsPerMinute: number;
};

/**
 * Takes one use of the key's own limit and one of its workspace's limit for all its keys together: of both or of neither.
 * @param now The clocks by which the key was judged, with nothing awaited since.
 * @returns Null when the store has to be asked for grants: call takeUse then.
 */
export function tryTakeUse(key: Limited, limiter: Limiter, now: Clocks): Taken | null {
  const limits = limitsOf(key, limiter);
  const { rateLimiter, limitSharing } = limiter;
  let allowed = rateLimiter.hasRoom(limits, now.mono);
  if (!limitSharing.isAlone) {
    if (!limitSharing.isOpen(now)) return null;
    // Memory counts as well as the grants: it may know uses that a store that started empty doesn't.
    const granted = allowed && limitSharing.grants.tryTake(limits, now);
    if (granted === null) return null;
    allowed = granted;
  }
  if (allowed) rateLimiter.add(limits, now.mono, key.workspaceId);
  return { allowed, state: nearestState(limits, limiter, now) };
}

/**
 * The same, asking the store for grants. While instances switch from one store to another, it waits rather than failing.
 * @throws AppError `unavailable` when the store doesn't answer in time.
 */
export async function takeUse(key: Limited, limiter: Limiter): Promise<Taken> {
  const { limitSharing } = limiter;
  const limits = limitsOf(key, limiter);
  const until = performance.now() + timeoutMs;
  let { grants } = limitSharing;
  grants.beginWait(limits);
  try {
    while (performance.now() < until) {
      await limitSharing.waitUntilOpen(until);
      if (!limitSharing.isAlone) {
        if (grants !== limitSharing.grants) {
          grants.endWait(limits);
          grants = limitSharing.grants;
          grants.beginWait(limits);
        }
        await limitSharing.obtain(key.workspaceId, limits);
      }
      const taken = tryTakeUse(key, limiter, readClocks());
      if (taken) return taken;
    }
  } finally {
    grants.endWait(limits);
  }
  throw new AppError("unavailable", "Shared rate limits could not be checked in time. Try again shortly.", {
    retryAfterSeconds: 1,
  });
}

/** The state of the limit that is closer to being reached. Takes nothing. */
export function peekUse(key: Limited, limiter: Limiter, now: Clocks): WindowState {
  return nearestState(limitsOf(key, limiter), limiter, now);
}

/** Gives back a use that was taken. @param usedAt `now` of the state that was returned with it. */
export function giveBackUse(key: Limited, limiter: Limiter, usedAt: number): void {
  const now = performance.now();
  for (const { id } of limitsOf(key, limiter)) {
    limiter.rateLimiter.giveBack(id, usedAt, now);
    if (!limiter.limitSharing.isAlone) limiter.limitSharing.grants.giveBack(id, usedAt);
  }
}

function nearestState(limits: Limit[], limiter: Limiter, now: Clocks): WindowState {
  let nearest: WindowState | null = null;
  for (const limit of limits) {
    const state = stateOf(limit, limiter, now);
    if (nearest === null || isNearer(state, nearest)) nearest = state;
  }
  return nearest as WindowState;
}

function stateOf({ id, limit }: Limit, { rateLimiter, limitSharing }: Limiter, now: Clocks): WindowState {
  const state = rateLimiter.peek(id, limit, now.mono);
  const shared = limitSharing.isAlone ? null : limitSharing.grants.state(id, now);
  if (!shared) return state;
  return {
    now: now.mono,
    limit,
    remaining: Math.min(state.remaining, shared.remaining),
    nextInMs: Math.max(state.nextInMs, shared.nextInMs),
    fullInMs: Math.max(state.fullInMs, shared.fullInMs),
  };
}

/** How many requests per minute a key can make at most. */
export function limitInForce(key: Limited, limiter: Limiter): number {
  return Math.min(...limitsOf(key, limiter).map(({ limit }) => limit));
}

/** The key's own limit, else its workspace's, else the server's. */
export function ownLimit(
  key: Omit<Limited, "keyId" | "workspaceId">,
  { requestsPerMinute }: Pick<Limiter, "requestsPerMinute">,
): number {
  return key.rateLimitPerMinute ?? key.workspaceRequestsPerMinute ?? requestsPerMinute;
}

/** The key's own limit, and the workspace's limit for all its keys together. */
function limitsOf(key: Limited, limiter: Limiter): Limit[] {
  const whole = key.workspaceRequestsPerMinute;
  const own = { id: key.keyId, limit: ownLimit(key, limiter) };
  return whole === null ? [own] : [own, { id: key.workspaceId, limit: whole }];
}

function isNearer(state: WindowState, other: WindowState): boolean {
  if (state.remaining !== other.remaining) return state.remaining < other.remaining;
  return state.nextInMs > other.nextInMs;
}
