import type { LimitTimes } from "./grant-store";

/**
 * Where an instance counts rate limits. `sharing` uses grants. `withdrawing` has announced that it wants to be alone and still uses
 * grants. `alone` counts in memory. `importing` writes uses into a store, to share again.
 */
export type Phase = "sharing" | "withdrawing" | "alone" | "importing";

/**
 * The phase after a renewal. An import ends by itself.
 * @param aloneMs How long the instance has seen no other; false if it sees one now.
 * @param hasAnnounced Whether its row said before the renewal that it wants to be alone.
 */
export function nextPhase(
  phase: Phase,
  aloneMs: number | false,
  hasAnnounced: boolean,
  { windowMs, grantMs }: LimitTimes,
): Phase {
  if (phase === "alone") return aloneMs === false ? "importing" : "alone";
  if (phase === "importing") return "importing";
  if (aloneMs === false) return "sharing";
  if (phase === "withdrawing") return hasAnnounced ? "alone" : "withdrawing";
  // After this time every use in the window is our own, so memory knows it.
  return aloneMs >= windowMs + grantMs ? "withdrawing" : "sharing";
}
