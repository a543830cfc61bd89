import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { ConnectedAccount, IdentityProviderId, ProviderVisit } from "@/lib/contracts/identity-providers";
import { apiRequest } from "./api-client";
import { queryKeys } from "./query-keys";

type ConnectedAccounts = { connectedAccounts: ConnectedAccount[] };

const path = "/api/account/connected-accounts";

// The three ways to a provider leave this page. A form could not: our policy lets none end at another origin.

/** To sign in, or up; back at `goal`, or at home. */
export function visitToSignIn(provider: IdentityProviderId, goal: string | null): Promise<void> {
  return visit(`/api/sign-in/providers/${provider}`, goal, false);
}

/** To connect an account there to the person who is signed in; back at this page. */
export function visitToConnect(provider: IdentityProviderId): Promise<void> {
  return visit(`${path}/${provider}`, window.location.pathname);
}

/** To confirm who one is; back at this page. */
export function visitToConfirm(provider: IdentityProviderId): Promise<void> {
  return visit(`/api/account/reauthenticate/${provider}`, window.location.pathname + window.location.search);
}

async function visit(route: string, callbackUrl: string | null, signedIn = true): Promise<void> {
  const body = callbackUrl === null ? {} : { callbackUrl };
  const { url } = await apiRequest<ProviderVisit>(route, { method: "POST", body, signedIn });
  window.location.assign(url);
}

/** The configured providers, and what the person has connected. */
export function useConnectedAccounts() {
  return useQuery({
    queryKey: queryKeys.connectedAccounts,
    queryFn: ({ signal }) => apiRequest<ConnectedAccounts>(path, { signal }),
    select: (answer) => answer.connectedAccounts,
  });
}

export function useDisconnectAccount() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (provider: IdentityProviderId) => apiRequest(`${path}/${provider}`, { method: "DELETE" }),
    // What one can confirm who one is with has changed, too.
    onSuccess: () => queryClient.invalidateQueries({ queryKey: queryKeys.account }),
  });
}
