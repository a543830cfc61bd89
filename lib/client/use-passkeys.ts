import { type QueryClient, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { AddedPasskey, PasskeyView } from "@/lib/contracts/passkeys";
import { apiRequest } from "./api-client";
import { makePasskey } from "./passkeys";
import { queryKeys } from "./query-keys";

const path = "/api/account/passkeys";

/** What the person can sign in with instead of a password. */
export function usePasskeys() {
  return useQuery({
    queryKey: queryKeys.passkeys,
    queryFn: ({ signal }) => apiRequest<{ passkeys: PasskeyView[] }>(path, { signal }),
    select: (answer) => answer.passkeys,
  });
}

/** No React Query mutation: it answers recovery codes where there were none, and the cache would keep them. */
export async function addPasskey(queryClient: QueryClient): Promise<AddedPasskey> {
  const body = await makePasskey();
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

/** The second step and what one can confirm who one is with change along. */
function refresh(queryClient: QueryClient): void {
  void queryClient.invalidateQueries({ queryKey: queryKeys.account });
}
