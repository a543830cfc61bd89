import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { UsageOverview } from "@/lib/contracts/quotas";
import { apiRequest } from "./api-client";
import { queryKeys } from "./query-keys";
import { queryString } from "./query-string";

/** Requests a day and the quotas, of one key where it is given. */
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
