import { cookies } from "next/headers";
import type { IdentityProviderId, ProviderVisit } from "@/lib/contracts/identity-providers";
import { safeCallbackPath } from "@/lib/contracts/safe-callback-path";
import { runtime } from "../runtime";
import { requireProvider } from "../sessions/identity";
import type { CurrentSession } from "../sessions/session-store";
import { type FlowIntent, keepIntent } from "./flow-intent";
import { beginProviderFlow } from "./provider-flow";

/**
 * Sends somebody to an identity provider. The cookies that the way back needs go on the answer under way.
 * @param session Whose visit it is, unless it is to sign in.
 * @param callbackUrl Where to go on afterwards; anything but a path of ours counts as none.
 * @throws AppError `not_found` for a provider that is not configured; `unavailable` where it cannot be reached.
 */
export async function redirectToProvider(
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

/**
 * What the provider is asked beside who it is: which of their accounts, or the person anew. With `max_age` a provider must say when
 * it last asked the person (OpenID Connect Core, 3.1.2.1); a sign-in there older than a session may be here counts for none.
 */
function questionsFor(kind: FlowIntent["kind"], id: IdentityProviderId): Record<string, string> {
  if (id !== "oidc") return kind === "sign_in" ? {} : { prompt: "select_account" };
  if (kind === "confirm") return { prompt: "login", max_age: "0" };
  return { max_age: String(runtime().env.sessionMaxSeconds) };
}
