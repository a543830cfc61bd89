import { AppError } from "../app-error";
import type { Limit } from "../limits/held-grants";
import type { Runtime } from "../runtime";
import type { KeyRecord } from "./key-record";
import type { WindowState } from "./sliding-window";

type Limited = Pick<KeyRecord, "keyId" | "workspaceId" | "rateLimitPerMinute" | "workspaceRequestsPerMinute">;
type Limiter = Pick<Runtime, "rateLimiter" | "limitSharing" | "env">;
type Taken = { allowed: boolean; state: WindowState };

/**
 * Takes a use of the key's own limit and of its workspace's, which bounds the sum of its keys: of both or of neither. At once
 * where this instance is alone or holds grants; where the store has to be asked, later.
 * @throws AppError `unavailable`, later, where limits are shared and cannot be asked for.
 */
export function takeUse(key: Limited, server: Limiter, now: number): Taken | Promise<Taken> {
  const limits = limitsOf(key, server);
  if (server.limitSharing.isAlone) {
    const [[id, limit]] = limits as [Limit];
    if (limits.length === 1) return server.rateLimiter.take(id, limit, now, key.workspaceId);
    const allowed = hasRoom(limits, server, now);
    if (allowed) remember(key, limits, server, now);
    return { allowed, state: peekUse(key, server, now) };
  }
  return takeGranted(key, limits, server) ?? askAndTake(key, limits, server);
}

/** The state of whichever limit is nearer. */
export function peekUse(key: Limited, server: Limiter, now: number): WindowState {
  const states = limitsOf(key, server).map(([id, limit]) => stateOf(id, limit, server, now));
  return states.reduce((nearest, state) => (isNearer(state, nearest) ? state : nearest));
}

/** Gives back what takeUse took. */
export function giveBackUse(key: Limited, server: Limiter): void {
  for (const [id] of limitsOf(key, server)) {
    server.rateLimiter.giveBack(id);
    if (!server.limitSharing.isAlone) server.limitSharing.grants.giveBack(id);
  }
}

/** Null where the store has to be asked first. Memory is asked as well: it knows better than a store that began empty. */
function takeGranted(key: Limited, limits: Limit[], server: Limiter): Taken | null {
  const now = performance.now();
  if (!server.limitSharing.isOpen) return null;
  const allowed = hasRoom(limits, server, now) && server.limitSharing.grants.tryTake(limits);
  if (allowed === null) return null;
  if (allowed) remember(key, limits, server, now);
  return { allowed, state: peekUse(key, server, now) };
}

async function askAndTake(key: Limited, limits: Limit[], server: Limiter): Promise<Taken> {
  const { limitSharing } = server;
  const isTooLate = limitSharing.grants.beginWait(limits);
  try {
    while (!isTooLate()) {
      await limitSharing.opened();
      if (limitSharing.isAlone) return takeUse(key, server, performance.now());
      await limitSharing.grants.obtain(key.workspaceId, limits, limitSharing.sharers);
      const taken = takeGranted(key, limits, server);
      if (taken) return taken;
    }
  } finally {
    limitSharing.grants.endWait(limits);
  }
  throw new AppError("unavailable", "Shared rate limits could not be checked in time. Try again shortly.", {
    retryAfterSeconds: 1,
  });
}

function hasRoom(limits: Limit[], { rateLimiter }: Limiter, now: number): boolean {
  return limits.every(([id, limit]) => rateLimiter.peek(id, limit, now).remaining > 0);
}

function remember(key: Limited, limits: Limit[], { rateLimiter }: Limiter, now: number): void {
  for (const [id, limit] of limits) rateLimiter.take(id, limit, now, key.workspaceId);
}

function stateOf(
  id: string,
  limit: number,
  { rateLimiter, limitSharing }: Limiter,
  now: number,
): WindowState {
  const state = rateLimiter.peek(id, limit, now);
  const shared = limitSharing.isAlone ? null : limitSharing.grants.state(id);
  if (!shared) return state;
  return {
    limit,
    remaining: Math.min(state.remaining, shared.remaining),
    nextAt: Math.max(state.nextAt, shared.nextAt),
    fullAt: Math.max(state.fullAt, shared.fullAt),
  };
}

/** How many requests a minute a key can make at most. */
export function limitInForce(key: Limited, server: Limiter): number {
  return Math.min(...limitsOf(key, server).map(([, limit]) => limit));
}

/** A key has its own limit, else its workspace's, else the server's. */
function limitsOf(key: Limited, { env }: Limiter): Limit[] {
  const own = key.rateLimitPerMinute ?? key.workspaceRequestsPerMinute ?? env.rateLimitPerMinute;
  if (key.workspaceRequestsPerMinute === null) return [[key.keyId, own]];
  return [
    [key.keyId, own],
    [key.workspaceId, key.workspaceRequestsPerMinute],
  ];
}

function isNearer(state: WindowState, other: WindowState): boolean {
  if (state.remaining !== other.remaining) return state.remaining < other.remaining;
  return state.nextAt > other.nextAt;
}
