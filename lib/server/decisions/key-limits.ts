import type { Runtime } from "../runtime";
import type { KeyRecord } from "./key-record";
import type { WindowState } from "./sliding-window";

type Limited = Pick<KeyRecord, "keyId" | "workspaceId" | "rateLimitPerMinute" | "workspaceRequestsPerMinute">;
type Limiter = Pick<Runtime, "rateLimiter" | "env">;

/** Takes a use of the key's own limit and of its workspace's, which bounds the sum of its keys: of both or of neither. */
export function takeUse(
  key: Limited,
  server: Limiter,
  now: number,
): { allowed: boolean; state: WindowState } {
  const limits = limitsOf(key, server);
  const allowed = limits.every(([id, limit]) => server.rateLimiter.peek(id, limit, now).remaining > 0);
  if (allowed) for (const [id, limit] of limits) server.rateLimiter.take(id, limit, now);
  return { allowed, state: peekUse(key, server, now) };
}

/** The state of whichever limit is nearer. */
export function peekUse(key: Limited, server: Limiter, now: number): WindowState {
  const states = limitsOf(key, server).map(([id, limit]) => server.rateLimiter.peek(id, limit, now));
  return states.reduce((nearest, state) => (isNearer(state, nearest) ? state : nearest));
}

/** Gives back what takeUse took. */
export function giveBackUse(key: Limited, server: Limiter): void {
  for (const [id] of limitsOf(key, server)) server.rateLimiter.giveBack(id);
}

/** How many requests a minute a key can make at most. */
export function limitInForce(key: Limited, server: Limiter): number {
  return Math.min(...limitsOf(key, server).map(([, limit]) => limit));
}

/** A key has its own limit, else its workspace's, else the server's. */
function limitsOf(key: Limited, { env }: Limiter): [string, number][] {
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
