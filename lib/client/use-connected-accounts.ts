import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { IdentityProviderId } from "@/lib/contracts/identity-providers";
import { apiRequest } from "./api-client";
import { connectedAccountListQuery } from "./queries/account";
import { queryKeys } from "./query-keys";

/** The configured providers with the person's connected accounts. */
export function useConnectedAccounts() {
  return useQuery({
    ...connectedAccountListQuery(),
    select: (answer) => answer.connectedAccounts,
  });
}

export function useDisconnectAccount() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (provider: IdentityProviderId) =>
      apiRequest(`/api/account/connected-accounts/${provider}`, { method: "DELETE" }),
    // The ways to confirm an identity have changed, too.
    onSuccess: () => queryClient.invalidateQueries({ queryKey: queryKeys.account }),
  });
}
