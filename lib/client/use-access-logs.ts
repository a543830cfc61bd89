import { type InfiniteData, keepPreviousData, useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import type { AccessLogPage } from "@/lib/contracts/access-logs";
import { apiRequest } from "./api-client";
import { firstPageOnly } from "./first-page-only";
import { queryKeys } from "./query-keys";
import { queryString } from "./query-string";

export const accessLogFilterNames = ["key", "outcome", "code", "ip", "from", "to", "requestId"] as const;
const defaultLimit = 50;

export type AccessLogFilters = Partial<Record<(typeof accessLogFilterNames)[number], string>>;

/** The access log in pages, newest first. A page is complete up to its `completeUpTo`. */
export function useAccessLogs(workspace: string, filters: AccessLogFilters, { limit = defaultLimit } = {}) {
  return useInfiniteQuery({
    queryKey: accessLogKey(workspace, filters, limit),
    queryFn: ({ pageParam, signal }) =>
      apiRequest<AccessLogPage>(
        `/api/workspaces/${encodeURIComponent(workspace)}/access-logs${queryString({ ...filters, limit, cursor: pageParam })}`,
        { signal },
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    placeholderData: keepPreviousData,
  });
}

/** Reloads the newest entries. Drops the pages from "Load more", which would be reloaded one by one. */
export function useRefreshAccessLogs(workspace: string, filters: AccessLogFilters) {
  const queryClient = useQueryClient();
  const queryKey = accessLogKey(workspace, filters, defaultLimit);
  return () => {
    queryClient.setQueryData<InfiniteData<AccessLogPage>>(queryKey, firstPageOnly);
    return queryClient.invalidateQueries({ queryKey, exact: true });
  };
}

function accessLogKey(workspace: string, filters: AccessLogFilters, limit: number) {
  return queryKeys.accessLogList(workspace, { ...filters, limit: String(limit) });
}
