import type { IdentityProviderId, ProviderVisit } from "@/lib/contracts/identity-providers";
import { apiRequest } from "./api-client";
import { ApiError } from "./api-error";

const channelName = "keyward-signed-in";
const goal = "/signed-in";

/** Opens a page of ours that ends at the goal. */
export function openSignInWindow(page: "/sign-in" | "/sign-in/verify"): void {
  openWindow(`${page}?callbackUrl=${encodeURIComponent(goal)}`);
}

/** Opens a provider's page that ends at the goal. */
export async function openProviderWindow(provider: IdentityProviderId): Promise<void> {
  // At once, while the press still allows it.
  const opened = openWindow("about:blank");
  try {
    const { url } = await apiRequest<ProviderVisit>(`/api/sign-in/providers/${provider}`, {
      method: "POST",
      body: { callbackUrl: goal },
      signedIn: false,
    });
    opened.location.replace(url);
  } catch (error) {
    opened.close();
    throw error;
  }
}

/** Said by the page at the goal. */
export function announceSignIn(): void {
  const channel = new BroadcastChannel(channelName);
  channel.postMessage(null);
  channel.close();
}

/** Calls `noteSignIn` whenever somebody has signed in in another window; returns how to stop. */
export function listenForSignIn(noteSignIn: () => void): () => void {
  const channel = new BroadcastChannel(channelName);
  channel.addEventListener("message", noteSignIn);
  return () => channel.close();
}

function openWindow(url: string): Window {
  const opened = window.open(url, "_blank", "popup,width=480,height=720");
  if (!opened)
    throw new ApiError(
      "window_blocked",
      "Your browser blocked the window. Allow pop-ups for this site and try again.",
    );
  return opened;
}
