import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { type ApiKeyFilters, apiKeyListQuery } from "./queries/api-keys";

/** The workspace's keys in pages. `total` counts all matches. */
export function useApiKeys(workspace: string, filters: ApiKeyFilters, { enabled = true } = {}) {
  return useInfiniteQuery({
    ...apiKeyListQuery(workspace, filters),
    placeholderData: keepPreviousData,
    enabled,
  });
}
