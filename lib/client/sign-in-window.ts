import type { IdentityProviderId, ProviderProblem, ProviderVisit } from "@/lib/contracts/identity-providers";
import { apiRequest } from "./api-client";

const channelName = "keyward-signed-in";
const goal = "/signed-in";

/** What the pages of one browser tell each other after a sign-in. */
export type SignInNews = {
  userId: string;
  /** Identifies the window if a page opened one. */
  visit?: string | undefined;
  /** The window's provider, and why it failed. */
  provider?: string | undefined;
  problem?: ProviderProblem | undefined;
};

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

export function announceSignIn(news: SignInNews): void {
  const channel = new BroadcastChannel(channelName);
  channel.postMessage(news);
  channel.close();
}

/** Calls `note` when another page of this browser announces a sign-in. Returns a function that stops listening. */
export function listenForSignIn(note: (news: SignInNews) => void): () => void {
  const channel = new BroadcastChannel(channelName);
  channel.addEventListener("message", ({ data }: MessageEvent<SignInNews>) => note(data));
  return () => channel.close();
}
