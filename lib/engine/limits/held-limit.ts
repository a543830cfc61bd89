import type { Clocks } from "../leases/lease";
import type { GrantReply } from "./grant-store";
import { type Grant, isValid } from "./unused-grants";

/** What this instance knows about one limit. `…At` and `…Until` are readings of the monotonic clock. */
export type HeldLimit = {
  /** Oldest first. Kept for a while after they end, because a use may still be given back. */
  grants: Grant[];
  /** What was left in the store, and when it said so. */
  remaining: number;
  repliedAt: number;
  nextAt: number;
  fullAt: number;
  refusedUntil: number;
  asking: Promise<void> | null;
  /** How many requests are waiting for a use. */
  wanted: number;
};

/** How long a refusal is relied on. Other instances may give back what they don't use. */
const refusedMs = 1000;

export function newHeldLimit(): HeldLimit {
  return {
    grants: [],
    remaining: 0,
    repliedAt: Number.NEGATIVE_INFINITY,
    nextAt: 0,
    fullAt: 0,
    refusedUntil: 0,
    asking: null,
    wanted: 0,
  };
}

/** The newest valid grant with uses left: older ones are mostly used up. */
export function validGrant(held: HeldLimit | undefined, now: Clocks): Grant | undefined {
  if (!held) return undefined;
  for (let index = held.grants.length - 1; index >= 0; index -= 1) {
    const grant = held.grants[index] as Grant;
    if (grant.used < grant.count && isValid(grant, now)) return grant;
  }
  return undefined;
}

/** @param sentMono When the store was asked, @param mono and when its reply came, on the monotonic clock. */
export function learnReply(
  held: HeldLimit,
  { granted, remaining, nextMs, fullMs }: GrantReply,
  sentMono: number,
  mono: number,
): void {
  held.remaining = remaining;
  held.repliedAt = mono;
  // Count from now rather than from when we asked, so that a client that waits until then isn't too early by the store's clock.
  held.nextAt = mono + nextMs;
  held.fullAt = mono + fullMs;
  held.refusedUntil = granted === 0 && nextMs > 0 ? Math.min(held.nextAt, sentMono + refusedMs) : 0;
}
