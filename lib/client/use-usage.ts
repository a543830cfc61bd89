import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { quotasQuery, type UsageFilters, usageRequestsQuery } from "./queries/usage";

export function useQuotas(workspace: string, filters: { key?: string }) {
  return useQuery({ ...quotasQuery(workspace, filters), placeholderData: keepPreviousData });
}

export function useUsageRequests(workspace: string, filters: UsageFilters) {
  return useQuery({ ...usageRequestsQuery(workspace, filters), placeholderData: keepPreviousData });
}
