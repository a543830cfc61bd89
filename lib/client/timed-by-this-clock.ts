import type { DehydratedState } from "@tanstack/react-query";

const timed = new WeakMap<DehydratedState, DehydratedState>();

/**
 * Prefetched queries whose timestamps are not in the future by this browser's clock. If the server's clock is ahead, they would
 * otherwise stay fresh for too long and overwrite newer data. Next.js reuses the same state when a person goes back to a page, so
 * the time of its first arrival counts.
 */
export function timedByThisClock(state: DehydratedState): DehydratedState {
  const known = timed.get(state);
  if (known) return known;
  const now = Date.now();
  const queries = state.queries.map((query) => {
    const dataUpdatedAt = Math.min(query.state.dataUpdatedAt, now);
    return { ...query, state: { ...query.state, dataUpdatedAt } };
  });
  const result = { ...state, queries };
  timed.set(state, result);
  return result;
}
