import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { UsageOverview } from "@/lib/contracts/quotas";
import { apiRequest } from "./api-client";
import { queryKeys } from "./query-keys";
import { queryString } from "./query-string";

/** Requests per day and quotas, for one key or the whole workspace. */
export function useUsage(workspace: string, filters: { key?: string }) {
  return useQuery({
    queryKey: queryKeys.usage(workspace, filters),
    queryFn: ({ signal }) =>
      apiRequest<UsageOverview>(
        `/api/workspaces/${encodeURIComponent(workspace)}/usage${queryString(filters)}`,
        { signal },
      ),
    placeholderData: keepPreviousData,
  });
}
