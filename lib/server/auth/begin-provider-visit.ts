import { cookies } from "next/headers";
import type { IdentityProviderId, ProviderVisit } from "@/lib/contracts/identity-providers";
import { safeCallbackPath } from "@/lib/contracts/safe-callback-path";
import { requireProvider } from "../identities/identity";
import type { CurrentSession } from "../sessions/session-store";
import { type FlowIntent, keepIntent } from "./flow-intent";
import { beginProviderFlow } from "./provider-flow";

/**
 * Sends somebody to an identity provider. The cookies that the way back needs go on the answer under way.
 * @param session Whose visit it is, unless it is to sign in.
 * @param callbackUrl Where to go on afterwards; anything but a path of ours counts as none.
 * @throws AppError `not_found` for a provider that is not configured; `unavailable` where it cannot be reached.
 */
export async function beginProviderVisit(
  kind: FlowIntent["kind"],
  providerId: string,
  session: CurrentSession | null,
  callbackUrl: string | undefined,
): Promise<ProviderVisit> {
  const provider = requireProvider(providerId);
  const flow = await beginProviderFlow(provider, questionsFor(kind, provider.id));
  const jar = await cookies();
  for (const { name, value, options } of flow.cookies) jar.set(name, value, options);
  const goal = safeCallbackPath(callbackUrl, "") || null;
  const intent = { kind, provider: provider.id, sessionId: session?.id ?? null, goal };
  await keepIntent(intent, flow.state);
  return { url: flow.url };
}

/** What the provider is asked beside who it is: which of their accounts, or the person anew. */
function questionsFor(kind: FlowIntent["kind"], id: IdentityProviderId): Record<string, string> {
  if (kind === "sign_in") return {};
  if (id !== "oidc") return { prompt: "select_account" };
  return kind === "confirm" ? { prompt: "login", max_age: "0" } : {};
}
