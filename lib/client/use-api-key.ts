import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import type { UpdateApiKeyInput } from "@/lib/contracts/api-key-input";
import type { ApiKey, RevokedApiKey } from "@/lib/contracts/api-keys";
import { apiRequest } from "./api-client";
import { apiKeyActivityQuery, apiKeyPath, apiKeyQuery } from "./queries";
import { queryKeys } from "./query-keys";
import { showChangedKey } from "./use-api-keys";
import { usePoll } from "./use-poll";

export function useApiKey(workspace: string, keyId: string, { enabled = true } = {}) {
  return useQuery({ ...apiKeyQuery(workspace, keyId), enabled });
}

export function useApiKeyActivity(workspace: string, keyId: string) {
  return useQuery(apiKeyActivityQuery(workspace, keyId));
}

/** Polls every 1.5 seconds until the key's first request arrives. */
export function useFirstRequest(workspace: string, keyId: string) {
  const queryClient = useQueryClient();
  const { data, trouble } = usePoll({
    ...apiKeyActivityQuery(workspace, keyId, { background: true }),
    refetchInterval: (query) => (query.state.data?.firstRequest ? false : 1500),
    refetchIntervalInBackground: true,
  });
  const arrived = data?.firstRequest != null;
  // The list still shows the key as never used, and revoking it there must require typing its name.
  useEffect(() => {
    if (arrived) void queryClient.invalidateQueries({ queryKey: queryKeys.apiKeyLists(workspace) });
  }, [arrived, queryClient, workspace]);
  return { first: data?.firstRequest ?? null, trouble };
}

/** Renames, disables or enables a key. Not optimistic: the page changes once the server responds. */
export function useUpdateApiKey(workspace: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: ({ keyId, ...changes }: UpdateApiKeyInput & { keyId: string }) =>
      apiRequest<ApiKey>(apiKeyPath(workspace, keyId), { method: "PATCH", body: changes }),
    onSuccess: (key) => showChangedKey(queryClient, workspace, key),
  });
}

/** Revokes a key. The response arrives once no instance accepts it. */
export function useRevokeApiKey(workspace: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (keyId: string) =>
      apiRequest<RevokedApiKey>(`${apiKeyPath(workspace, keyId)}/revoke`, { method: "POST", body: {} }),
    onSuccess: ({ key }) => showChangedKey(queryClient, workspace, key),
  });
}
