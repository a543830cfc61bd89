import { type InfiniteData, keepPreviousData, useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import type { AccessLogPage } from "@/lib/contracts/access-logs";
import { firstPageOnly } from "./first-page-only";
import { type AccessLogFilters, accessLogOverviewQuery, accessLogQuery } from "./queries/access-logs";

export function useAccessLogs(
  workspace: string,
  filters: AccessLogFilters,
  options: { limit?: number } = {},
) {
  return useInfiniteQuery({
    ...accessLogQuery(workspace, filters, options),
    placeholderData: keepPreviousData,
  });
}

/** Reloads the newest entries and the chart. Drops the pages from "Load more", which would be reloaded one by one. */
export function useRefreshAccessLogs(workspace: string, filters: AccessLogFilters) {
  const queryClient = useQueryClient();
  const { queryKey } = accessLogQuery(workspace, filters);
  const overview = accessLogOverviewQuery(workspace, filters);
  return () => {
    queryClient.setQueryData<InfiniteData<AccessLogPage>>(queryKey, firstPageOnly);
    return Promise.all([
      queryClient.invalidateQueries({ queryKey, exact: true }),
      queryClient.invalidateQueries({ queryKey: overview.queryKey, exact: true }),
    ]);
  };
}
