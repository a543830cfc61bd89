import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { KeyBatchAction, KeyBatchResult } from "@/lib/contracts/key-batch";
import { apiRequest } from "./api-client";
import { apiKeysPath } from "./queries/paths";
import { queryKeys } from "./query-keys";

export type KeyBatch = {
  action: KeyBatchAction;
  keyIds: string[];
  expirationDays?: number;
  ownerId?: string;
};

/** What a change of many keys would do. */
export function useKeyBatchPreview(workspace: string, batch: KeyBatch, enabled: boolean) {
  return useQuery({
    queryKey: queryKeys.keyBatchPreview(workspace, batch),
    queryFn: ({ signal }) => send(workspace, { ...batch, preview: true }, signal),
    enabled,
    // Never cached: keys change.
    staleTime: 0,
    gcTime: 0,
  });
}

/** Changes many keys. The response to a revocation arrives once no instance accepts any of them. */
export function useKeyBatch(workspace: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (batch: KeyBatch) => send(workspace, batch),
    onSettled: () =>
      Promise.all([
        queryClient.invalidateQueries({ queryKey: queryKeys.apiKeys(workspace) }),
        queryClient.invalidateQueries({ queryKey: queryKeys.auditEvents(workspace) }),
      ]),
  });
}

function send(workspace: string, body: KeyBatch & { preview?: boolean }, signal?: AbortSignal) {
  return apiRequest<KeyBatchResult>(`${apiKeysPath(workspace)}/batch`, {
    method: "POST",
    body,
    ...(signal && { signal }),
  });
}
