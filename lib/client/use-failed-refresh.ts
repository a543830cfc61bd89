import { type Query, useQueryClient } from "@tanstack/react-query";
import { useCallback, useSyncExternalStore } from "react";
import { ApiError } from "./api-error";

export type FailedRefresh = {
  /** When the oldest data on the page was loaded. */
  updatedAt: number;
  refreshing: boolean;
};

/** Whether refreshing any data on the page failed, so that it may be out of date. */
export function useFailedRefresh(): { failed: FailedRefresh | null; retry: () => void } {
  const queryClient = useQueryClient();
  const cache = queryClient.getQueryCache();
  const subscribe = useCallback((listener: () => void) => cache.subscribe(listener), [cache]);
  // As text, because a store that returns a new object with every read would render endlessly.
  const found = useSyncExternalStore(
    subscribe,
    () => JSON.stringify(findFailedRefresh(cache.getAll())),
    () => "null",
  );
  return {
    failed: JSON.parse(found) as FailedRefresh | null,
    retry: () => void queryClient.refetchQueries({ type: "active", predicate: isOutdated }),
  };
}

function findFailedRefresh(queries: Query[]): FailedRefresh | null {
  const stale = queries.filter(isOutdated);
  if (stale.length === 0) return null;
  return {
    updatedAt: Math.min(...stale.map(({ state }) => state.dataUpdatedAt)),
    refreshing: stale.some(({ state }) => state.fetchStatus === "fetching"),
  };
}

/** Failures of "Load more", an ended session and another person's session are reported elsewhere. */
function isOutdated(query: Query): boolean {
  const { status, data, error, fetchMeta } = query.state;
  if (status !== "error" || data === undefined || !query.isActive()) return false;
  if (error instanceof ApiError && ["not_signed_in", "account_changed"].includes(error.code)) return false;
  return !(fetchMeta as { fetchMore?: unknown } | null)?.fetchMore;
}
