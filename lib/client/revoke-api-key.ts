import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { RevokedApiKey } from "@/lib/contracts/api-keys";
import { apiRequest } from "./api-client";
import { showChangedKey } from "./change-api-key";
import { createdKeysKey } from "./created-keys";
import { apiKeyPath } from "./queries/paths";

/**
 * Revokes a key, and on request the keys that it made. The response arrives once no instance accepts them. Lists keep showing the
 * key as revoked until they are next loaded, so that people see what happened.
 */
export function useRevokeApiKey(workspace: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: ({ keyId, ...body }: { keyId: string; withCreatedKeys: boolean }) =>
      apiRequest<RevokedApiKey>(`${apiKeyPath(workspace, keyId)}/revoke`, { method: "POST", body }),
    onSuccess: ({ key, createdKeys }) => {
      showChangedKey(queryClient, workspace, key, { reload: createdKeys > 0 });
      if (createdKeys > 0)
        void queryClient.invalidateQueries({ queryKey: createdKeysKey(workspace, key.id) });
    },
  });
}
