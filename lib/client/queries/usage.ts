import type { QuotaOverview } from "@/lib/contracts/quotas";
import type { UsageRequests } from "@/lib/contracts/usage";
import { queryKeys } from "../query-keys";
import { queryString } from "../query-string";
import { oneQuery } from "./make-query";
import { workspacePath } from "./paths";

/** The quotas of one key and the workspace, or all of them. */
export function quotasQuery(workspace: string, filters: { key?: string }) {
  const path = `${workspacePath(workspace)}/usage/quotas${queryString(filters)}`;
  return oneQuery<QuotaOverview>(queryKeys.quotas(workspace, filters), path);
}

/** The filters of the Usage page, as `usageRequestsQuery` in lib/contracts/usage-query.ts describes them. */
export type UsageFilters = { key?: string; by?: string; range?: string };

/** Requests over time, grouped. */
export function usageRequestsQuery(workspace: string, filters: UsageFilters) {
  const path = `${workspacePath(workspace)}/usage/requests${queryString(filters)}`;
  return oneQuery<UsageRequests>(queryKeys.usageRequests(workspace, filters), path);
}
