import { AppError } from "@/lib/contracts/app-error";
import type { Runtime } from "@/lib/server/runtime";
import type { KeyRecord } from "../keys/key-record";
import { type Clocks, readClocks } from "../leases/lease";
import type { Limit, Taken, WindowState } from "./sliding-window";

/** Longest that a request waits for grants. */
const patienceMilliseconds = 2000;

type Limited = Pick<KeyRecord, "keyId" | "workspaceId" | "rateLimitPerMinute" | "workspaceRequestsPerMinute">;
type Limiter = Pick<Runtime, "rateLimiter" | "limitSharing" | "env">;

/**
 * Takes a use of the key's own limit and of its workspace's, which bounds the sum of its keys: of both or of neither. At once
 * where this instance is alone or holds grants; where the store has to be asked, later.
 * @param now The clocks by which the key is decided: nothing asynchronous lies between.
 * @throws AppError `unavailable`, later, where limits are shared and cannot be asked for.
 */
export function takeUse(key: Limited, server: Limiter, now: Clocks): Taken | Promise<Taken> {
  const limits = limitsOf(key, server);
  if (!server.limitSharing.isAlone)
    return takeGranted(key, limits, server, now) ?? askAndTake(key, limits, server);
  const { rateLimiter } = server;
  const allowed = rateLimiter.hasRoom(limits, now.mono);
  if (allowed) rateLimiter.add(limits, now.mono, key.workspaceId);
  return { allowed, state: nearestState(limits, server, now) };
}

/** The state of whichever limit is nearer. */
export function peekUse(key: Limited, server: Limiter, now: Clocks): WindowState {
  return nearestState(limitsOf(key, server), server, now);
}

/** Gives back what takeUse took. @param usedAt The `now` of the state that it returned. */
export function giveBackUse(key: Limited, server: Limiter, usedAt: number): void {
  const now = performance.now();
  for (const { id } of limitsOf(key, server)) {
    server.rateLimiter.giveBack(id, usedAt, now);
    if (!server.limitSharing.isAlone) server.limitSharing.grants.giveBack(id, usedAt);
  }
}

/** Null where the store has to be asked first. Memory is asked as well: it knows better than a store that began empty. */
function takeGranted(key: Limited, limits: Limit[], server: Limiter, now: Clocks): Taken | null {
  const { limitSharing, rateLimiter } = server;
  if (!limitSharing.isOpen(now)) return null;
  const allowed = rateLimiter.hasRoom(limits, now.mono) && limitSharing.grants.tryTake(limits, now);
  if (allowed === null) return null;
  if (allowed) rateLimiter.add(limits, now.mono, key.workspaceId);
  return { allowed, state: nearestState(limits, server, now) };
}

/** While instances change over from one store to another it waits; no request fails for that. */
async function askAndTake(key: Limited, limits: Limit[], server: Limiter): Promise<Taken> {
  const { limitSharing } = server;
  const until = performance.now() + patienceMilliseconds;
  let { grants } = limitSharing;
  grants.beginWait(limits);
  try {
    while (performance.now() < until) {
      await limitSharing.opened(until);
      if (limitSharing.isAlone) return takeUse(key, server, readClocks());
      if (grants !== limitSharing.grants) {
        grants.endWait(limits);
        grants = limitSharing.grants;
        grants.beginWait(limits);
      }
      await limitSharing.obtain(key.workspaceId, limits);
      const taken = takeGranted(key, limits, server, readClocks());
      if (taken) return taken;
    }
  } finally {
    grants.endWait(limits);
  }
  throw new AppError("unavailable", "Shared rate limits could not be checked in time. Try again shortly.", {
    retryAfterSeconds: 1,
  });
}

function nearestState(limits: Limit[], server: Limiter, now: Clocks): WindowState {
  let nearest: WindowState | null = null;
  for (const limit of limits) {
    const state = stateOf(limit, server, now);
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

/** How many requests a minute a key can make at most. */
export function limitInForce(key: Limited, server: Limiter): number {
  return Math.min(...limitsOf(key, server).map(({ limit }) => limit));
}

/** A key has its own limit, else its workspace's, else the server's. */
function limitsOf(key: Limited, { env }: Limiter): Limit[] {
  const whole = key.workspaceRequestsPerMinute;
  const own = { id: key.keyId, limit: key.rateLimitPerMinute ?? whole ?? env.rateLimitPerMinute };
  return whole === null ? [own] : [own, { id: key.workspaceId, limit: whole }];
}

function isNearer(state: WindowState, other: WindowState): boolean {
  if (state.remaining !== other.remaining) return state.remaining < other.remaining;
  return state.nextInMs > other.nextInMs;
}
