import { keepPreviousData, type QueryClient, useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import type { CreateOwnedApiKeyInput } from "@/lib/contracts/api-key-input";
import type { ApiKey, ApiKeyList, CreatedApiKey } from "@/lib/contracts/api-keys";
import { apiRequest } from "./api-client";
import { type ApiKeyFilters, apiKeyListQuery, apiKeysPath } from "./queries";
import { queryKeys } from "./query-keys";

/** The workspace's keys in pages. `total` counts all matches. */
export function useApiKeys(workspace: string, filters: ApiKeyFilters, { enabled = true } = {}) {
  return useInfiniteQuery({
    ...apiKeyListQuery(workspace, filters),
    placeholderData: keepPreviousData,
    enabled,
  });
}

/** Not a React Query mutation, whose cache would keep the secret. */
export function useCreateApiKey(workspace: string) {
  const queryClient = useQueryClient();
  return useCallback(
    async (input: CreateOwnedApiKeyInput): Promise<CreatedApiKey> => {
      try {
        return await apiRequest<CreatedApiKey>(apiKeysPath(workspace), { method: "POST", body: input });
      } finally {
        // Also after a failure: the key may have been created.
        void refreshAfterKeyChange(queryClient, workspace);
      }
    },
    [queryClient, workspace],
  );
}

/** Updates a key wherever it's cached, so that rows change before the lists are refreshed. */
export function showChangedKey(queryClient: QueryClient, workspace: string, key: ApiKey): void {
  queryClient.setQueryData(queryKeys.apiKey(workspace, key.id), key);
  queryClient.setQueriesData<{ pages: ApiKeyList[]; pageParams: unknown[] }>(
    { queryKey: queryKeys.apiKeyLists(workspace) },
    (data) =>
      data && {
        ...data,
        pages: data.pages.map((page) => ({
          ...page,
          keys: page.keys.map((row) => (row.id === key.id ? key : row)),
        })),
      },
  );
  void refreshAfterKeyChange(queryClient, workspace);
}

async function refreshAfterKeyChange(queryClient: QueryClient, workspace: string): Promise<void> {
  await Promise.all([
    queryClient.invalidateQueries({ queryKey: queryKeys.apiKeyLists(workspace) }),
    queryClient.invalidateQueries({ queryKey: queryKeys.auditEvents(workspace) }),
  ]);
}
