import { type QueryClient, useMutation, useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import type { RotateApiKeyInput } from "@/lib/contracts/api-key-input";
import type { ApiKey, CreatedApiKey } from "@/lib/contracts/api-keys";
import { apiRequest } from "./api-client";
import { showChangedKey } from "./change-api-key";
import { apiKeyPath } from "./queries/paths";
import { queryKeys } from "./query-keys";

/** Not a React Query mutation, whose cache would keep the secret. */
export function useRotateApiKey(workspace: string, keyId: string) {
  const queryClient = useQueryClient();
  return useCallback(
    async (input: RotateApiKeyInput): Promise<CreatedApiKey> => {
      try {
        return await apiRequest<CreatedApiKey>(`${apiKeyPath(workspace, keyId)}/rotate`, {
          method: "POST",
          body: input,
        });
      } finally {
        // Also after a failure: the key may have been rotated.
        void refreshKeys(queryClient, workspace);
      }
    },
    [queryClient, workspace, keyId],
  );
}

/** Lets the old key work for this long from now. Null: until the rotation is finished. */
export function useMoveOverlap(workspace: string, keyId: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (overlapSeconds: number | null) =>
      apiRequest<ApiKey>(`${apiKeyPath(workspace, keyId)}/rotation`, {
        method: "PATCH",
        body: { overlapSeconds },
      }),
    onSuccess: (key) => showChangedKey(queryClient, workspace, key),
  });
}

/** Revokes the successor and gives the old key its expiry back. */
export function useCancelRotation(workspace: string, keyId: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (force: boolean) =>
      apiRequest<ApiKey>(`${apiKeyPath(workspace, keyId)}/rotation`, { method: "DELETE", body: { force } }),
    onSuccess: (key) => {
      showChangedKey(queryClient, workspace, key);
      void refreshKeys(queryClient, workspace);
    },
  });
}

function refreshKeys(queryClient: QueryClient, workspace: string): Promise<void> {
  return queryClient.invalidateQueries({ queryKey: queryKeys.apiKeys(workspace) });
}
