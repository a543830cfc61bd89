import { type Query, useQueryClient } from "@tanstack/react-query";
import { useCallback, useSyncExternalStore } from "react";
import { ApiError } from "./api-error";

export type FailedRefresh = {
  /** When the oldest of what the page shows was true. */
  updatedAt: number;
  refreshing: boolean;
};

/** Whether something that the page shows could not be asked for again, so that it may no longer be true. */
export function useFailedRefresh(): { failed: FailedRefresh | null; retry: () => void } {
  const queryClient = useQueryClient();
  const cache = queryClient.getQueryCache();
  const subscribe = useCallback((listener: () => void) => cache.subscribe(listener), [cache]);
  // As text, because an object made anew at each reading would render for ever.
  const found = useSyncExternalStore(
    subscribe,
    () => JSON.stringify(findFailedRefresh(cache.getAll())),
    () => "null",
  );
  return {
    failed: JSON.parse(found) as FailedRefresh | null,
    retry: () => void queryClient.refetchQueries({ type: "active", predicate: isShownButOld }),
  };
}

function findFailedRefresh(queries: Query[]): FailedRefresh | null {
  const stale = queries.filter(isShownButOld);
  if (stale.length === 0) return null;
  return {
    updatedAt: Math.min(...stale.map(({ state }) => state.dataUpdatedAt)),
    refreshing: stale.some(({ state }) => state.fetchStatus === "fetching"),
  };
}

/** A page of a list that "Load more" did not bring is said there; a session that ended, or is another person's, has a notice of its own. */
function isShownButOld(query: Query): boolean {
  const { status, data, error, fetchMeta } = query.state;
  if (status !== "error" || data === undefined || !query.isActive()) return false;
  if (error instanceof ApiError && ["not_signed_in", "account_changed"].includes(error.code)) return false;
  return !(fetchMeta as { fetchMore?: unknown } | null)?.fetchMore;
}
