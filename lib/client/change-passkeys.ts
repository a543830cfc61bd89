import { type QueryClient, useMutation, useQueryClient } from "@tanstack/react-query";
import type { AddedPasskey, PasskeyView } from "@/lib/contracts/passkeys";
import { apiRequest } from "./api-client";
import { queryKeys } from "./query-keys";

const path = "/api/account/passkeys";

/** Not a React Query mutation, whose cache would keep the recovery codes that come with a first second step. */
export async function addPasskey(queryClient: QueryClient): Promise<AddedPasskey> {
  const { createPasskey } = await import("./passkeys");
  const body = await createPasskey();
  const added = await apiRequest<AddedPasskey>(path, { method: "POST", body });
  refresh(queryClient);
  return added;
}

export function useRenamePasskey() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: ({ id, name }: { id: string; name: string }) =>
      apiRequest<PasskeyView>(`${path}/${encodeURIComponent(id)}`, { method: "PATCH", body: { name } }),
    onSuccess: () => refresh(queryClient),
  });
}

export function useRemovePasskey() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => apiRequest(`${path}/${encodeURIComponent(id)}`, { method: "DELETE" }),
    onSuccess: () => refresh(queryClient),
  });
}

/** Two-step verification and the ways to confirm an identity change, too. */
function refresh(queryClient: QueryClient): void {
  void queryClient.invalidateQueries({ queryKey: queryKeys.account });
}
