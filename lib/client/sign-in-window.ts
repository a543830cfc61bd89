import type { IdentityProviderId, ProviderVisit } from "@/lib/contracts/identity-providers";
import { apiRequest } from "./api-client";

const goal = "/signed-in";

/** The URL of a sign-in page that ends at `goal`. */
export function signInPath(page: "/sign-in" | "/sign-in/verify"): string {
  return `${page}?callbackUrl=${encodeURIComponent(goal)}`;
}

/** The URL of a provider's sign-in page that ends at `goal`. */
export function beginProviderSignIn(provider: IdentityProviderId): Promise<string> {
  return beginVisit(`/api/sign-in/providers/${provider}`, goal, false);
}

/** The same to confirm an identity. `visit` is returned in `SignInNews`. */
export function beginProviderConfirmation(provider: IdentityProviderId, visit: string): Promise<string> {
  return beginVisit(`/api/account/reauthenticate/${provider}`, `${goal}?visit=${visit}`, true);
}

async function beginVisit(route: string, callbackUrl: string, signedIn: boolean): Promise<string> {
  const body = { callbackUrl };
  return (await apiRequest<ProviderVisit>(route, { method: "POST", body, signedIn })).url;
}

/** Opens a window. If the browser blocks it, returns the URL for a link. */
export async function openWindow(findUrl: () => string | Promise<string>): Promise<string | null> {
  // Open it before awaiting anything: browsers only allow this right after a press.
  const opened = window.open("about:blank", "_blank", "popup,width=480,height=720");
  try {
    const url = await findUrl();
    if (!opened) return url;
    // The provider's page must not be able to navigate this one.
    opened.opener = null;
    opened.location.replace(url);
    return null;
  } catch (error) {
    opened?.close();
    throw error;
  }
}
