import type { IdentityProviderId, ProviderProblem, ProviderVisit } from "@/lib/contracts/identity-providers";
import { apiRequest } from "./api-client";

const channelName = "keyward-signed-in";
const goal = "/signed-in";

/** What pages of one browser tell each other about who is signed in. */
export type SignInNews = {
  userId: string;
  /** Which window it comes from, where a page opened one for it. */
  visit?: string | undefined;
  /** The provider that the window was for, and why it confirmed nothing. */
  provider?: string | undefined;
  problem?: ProviderProblem | undefined;
};

/** The address of a page of ours that ends at the goal. */
export function signInPath(page: "/sign-in" | "/sign-in/verify"): string {
  return `${page}?callbackUrl=${encodeURIComponent(goal)}`;
}

/** The address of a provider's page that ends at the goal: for signing in. */
export function beginProviderSignIn(provider: IdentityProviderId): Promise<string> {
  return beginVisit(`/api/sign-in/providers/${provider}`, goal, false);
}

/** The same for confirming who one is. `visit` comes back in the news. */
export function beginProviderConfirmation(provider: IdentityProviderId, visit: string): Promise<string> {
  return beginVisit(`/api/account/reauthenticate/${provider}`, `${goal}?visit=${visit}`, true);
}

async function beginVisit(route: string, callbackUrl: string, signedIn: boolean): Promise<string> {
  const body = { callbackUrl };
  return (await apiRequest<ProviderVisit>(route, { method: "POST", body, signedIn })).url;
}

/** Opens a window. Returns the address if the browser blocked it: a link to it works all the same. */
export async function openWindow(findUrl: () => string | Promise<string>): Promise<string | null> {
  // At once, while the press still allows it.
  const opened = window.open("about:blank", "_blank", "popup,width=480,height=720");
  try {
    const url = await findUrl();
    if (!opened) return url;
    // A provider's page must not be able to send this one elsewhere.
    opened.opener = null;
    opened.location.replace(url);
    return null;
  } catch (error) {
    opened?.close();
    throw error;
  }
}

export function announceSignIn(news: SignInNews): void {
  const channel = new BroadcastChannel(channelName);
  channel.postMessage(news);
  channel.close();
}

/** Calls `note` whenever another page of this browser tells who is signed in; returns how to stop. */
export function listenForSignIn(note: (news: SignInNews) => void): () => void {
  const channel = new BroadcastChannel(channelName);
  channel.addEventListener("message", ({ data }: MessageEvent<SignInNews>) => note(data));
  return () => channel.close();
}
