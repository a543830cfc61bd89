import type { IdentityProviderId, ProviderVisit } from "@/lib/contracts/identity-providers";
import { apiRequest } from "./api-client";

// These three navigate to the provider by script: the Content-Security-Policy doesn't let a form end at another origin.

/** Signs in or up, then returns to `goal` or the default page. */
export function visitToSignIn(provider: IdentityProviderId, goal: string | null): Promise<void> {
  return visit(`/api/sign-in/providers/${provider}`, goal, false);
}

/** Connects an account at the provider, then returns to this page. */
export function visitToConnect(provider: IdentityProviderId): Promise<void> {
  return visit(`/api/account/connected-accounts/${provider}`, window.location.pathname);
}

/** Confirms the person's identity, then returns to this page. */
export function visitToConfirm(provider: IdentityProviderId): Promise<void> {
  return visit(`/api/account/reauthenticate/${provider}`, window.location.pathname + window.location.search);
}

async function visit(route: string, callbackUrl: string | null, signedIn = true): Promise<void> {
  const body = callbackUrl === null ? {} : { callbackUrl };
  const { url } = await apiRequest<ProviderVisit>(route, { method: "POST", body, signedIn });
  window.location.assign(url);
}
