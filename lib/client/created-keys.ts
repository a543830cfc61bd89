import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { ApiKey } from "@/lib/contracts/api-keys";
import type { SettleLeakInput } from "@/lib/contracts/leak-input";
import type { CreatedKeys } from "@/lib/contracts/leaks";
import { apiRequest } from "./api-client";
import { showChangedKey } from "./change-api-key";
import { oneQuery } from "./queries/make-query";
import { apiKeyPath } from "./queries/paths";
import { queryKeys } from "./query-keys";

/** Apart from the other query keys, which every page loads. */
export const createdKeysKey = (workspace: string, keyId: string) =>
  [...queryKeys.apiKey(workspace, keyId), "created"] as const;

/** The keys that a key made, directly or not. */
export function useCreatedKeys(workspace: string, keyId: string) {
  return useQuery(
    oneQuery<CreatedKeys>(createdKeysKey(workspace, keyId), `${apiKeyPath(workspace, keyId)}/created-keys`),
  );
}

/** Records that a leak is dealt with, and enables or revokes keys that the leaked one made. */
export function useSettleLeak(workspace: string, keyId: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (body: SettleLeakInput) =>
      apiRequest<ApiKey>(`${apiKeyPath(workspace, keyId)}/leak`, { method: "POST", body }),
    onSuccess: (key) => {
      showChangedKey(queryClient, workspace, key);
      void queryClient.invalidateQueries({ queryKey: createdKeysKey(workspace, keyId) });
    },
  });
}
