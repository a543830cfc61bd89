import type { ProviderProblem } from "@/lib/contracts/identity-providers";

const channelName = "keyward-signed-in";

/** What the pages of one browser tell each other after a sign-in. */
export type SignInNews = {
  userId: string;
  /** Identifies the window if a page opened one. */
  visit?: string | undefined;
  /** The window's provider, and why it failed. */
  provider?: string | undefined;
  problem?: ProviderProblem | undefined;
};

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
