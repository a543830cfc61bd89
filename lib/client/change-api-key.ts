import { type QueryClient, useMutation, useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import type { CreateOwnedApiKeyInput, UpdateApiKeyInput } from "@/lib/contracts/api-key-input";
import type { ApiKey, ApiKeyList, CreatedApiKey } from "@/lib/contracts/api-keys";
import { apiRequest } from "./api-client";
import { apiKeyPath, apiKeysPath } from "./queries/paths";
import { queryKeys } from "./query-keys";

/** Renames, disables or enables a key. Not optimistic: the page changes once the server responds. */
export function useUpdateApiKey(workspace: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: ({ keyId, ...changes }: UpdateApiKeyInput & { keyId: string }) =>
      apiRequest<ApiKey>(apiKeyPath(workspace, keyId), { method: "PATCH", body: changes }),
    onSuccess: (key) => showChangedKey(queryClient, workspace, key),
  });
}

/** Adds an address to a key's allowlist, as it is now. */
export function useAllowAddress(workspace: string, keyId: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: async (ip: string) => {
      const { allowedIps } = await apiRequest<ApiKey>(apiKeyPath(workspace, keyId));
      const body = { allowedIps: [...new Set([...allowedIps, ip])] } satisfies UpdateApiKeyInput;
      return apiRequest<ApiKey>(apiKeyPath(workspace, keyId), { method: "PATCH", body });
    },
    onSuccess: (key) => showChangedKey(queryClient, workspace, key),
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

/** Updates every cached copy of a key, so that rows change before the lists are refreshed. */
export function showChangedKey(
  queryClient: QueryClient,
  workspace: string,
  key: ApiKey,
  { reload = true } = {},
): void {
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
  void refreshAfterKeyChange(queryClient, workspace, reload);
}

async function refreshAfterKeyChange(
  queryClient: QueryClient,
  workspace: string,
  reload = true,
): Promise<void> {
  await Promise.all([
    queryClient.invalidateQueries({
      queryKey: queryKeys.apiKeyLists(workspace),
      refetchType: reload ? "active" : "none",
    }),
    queryClient.invalidateQueries({ queryKey: queryKeys.auditEvents(workspace) }),
  ]);
}
