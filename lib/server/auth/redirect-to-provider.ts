import { cookies } from "next/headers";
import type { IdentityProviderId, ProviderVisit } from "@/lib/contracts/identity-providers";
import { safeCallbackPath } from "@/lib/contracts/safe-callback-path";
import { runtime } from "../runtime";
import { requireProvider } from "../sessions/identity";
import type { CurrentSession } from "../sessions/session-store";
import { type FlowIntent, keepIntent } from "./flow-intent";
import { beginProviderFlow } from "./provider-flow";

/**
 * Starts a flow with an identity provider and sets its cookies on the response.
 * @param session The session to connect or confirm, or null to sign in.
 * @param callbackUrl The page to open afterwards. Ignored unless it is a path of this origin.
 * @throws AppError `not_found` for an unconfigured provider; `unavailable` if it can't be reached.
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
 * Parameters that make the provider ask which account to use, or ask the person to sign in again. With `max_age` a
 * provider must report when it last asked (OpenID Connect Core, 3.1.2.1). A sign-in there that is older than our
 * longest session doesn't count.
 */
function questionsFor(kind: FlowIntent["kind"], id: IdentityProviderId): Record<string, string> {
  if (id !== "oidc") return kind === "sign_in" ? {} : { prompt: "select_account" };
  if (kind === "confirm") return { prompt: "login", max_age: "0" };
  return { max_age: String(runtime().env.sessionMaxSeconds) };
}
