import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { usageQuery } from "./queries/usage";

/** Requests per day and quotas, for one key or the whole workspace. */
export function useUsage(workspace: string, filters: { key?: string }) {
  return useQuery({ ...usageQuery(workspace, filters), placeholderData: keepPreviousData });
}
