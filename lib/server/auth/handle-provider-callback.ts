import { cookies } from "next/headers";
import type { ProviderProblem } from "@/lib/contracts/identity-providers";
import { connectIdentity } from "../accounts/identities/manage-identities";
import { signInWithIdentity } from "../accounts/identities/sign-in-with-identity";
import { singleSignOnOf } from "../accounts/single-sign-on/join-by-single-sign-on";
import type { Origin } from "../actor";
import type { IdentityProviderSetting } from "../env-identity-providers";
import { requestOrigin } from "../http/request-origin";
import { readSessionToken, sessionCookieName, sessionCookieOptions } from "../http/session-cookie";
import { recordSignInAttempt } from "../logs/record-sign-in-attempt";
import { runtime } from "../runtime";
import { beginSession } from "../sessions/begin-session";
import { confirmWithIdentity } from "../sessions/confirm-with-identity";
import { type Identity, requireProvider } from "../sessions/identity";
import { proofOf } from "../sessions/proof";
import {
  type CurrentSession,
  findSession,
  recordSingleSignOn,
  renewSessionToken,
} from "../sessions/session-store";
import { recognizeDevice } from "./device-cookie";
import { type FlowIntent, takeIntent } from "./flow-intent";
import { finishProviderFlow } from "./provider-flow";

/** A request that returns from a provider: its intent and the browser's session. */
type ProviderCallback = {
  provider: IdentityProviderSetting;
  intent: FlowIntent | null;
  token: string | null;
  session: CurrentSession | null;
  origin: Origin;
};
type Outcome = { path: string } | { problem: ProviderProblem };

/**
 * Handles the redirect back from an identity provider. Always redirects to a page that shows the result, so that the
 * URL with the code is left at once.
 * @throws AppError `not_found` for a provider that is not configured.
 */
export async function handleProviderCallback(request: Request, providerId: string): Promise<Response> {
  const provider = requireProvider(providerId);
  const origin = requestOrigin(request.headers);
  const token = readSessionToken(request.headers.get("cookie"));
  const found = token ? await findSession(token, true) : null;
  const session = found?.needsSecondFactor ? null : found;
  const intent = await takeIntent(provider.id, new URL(request.url).searchParams.get("state"));
  const callback = { provider, intent, token, session, origin };
  const outcome = await end(callback, request);
  const path = "path" in outcome ? outcome.path : pathAfterProblem(callback, outcome.problem);
  const headers = {
    location: new URL(path, runtime().env.appUrl).href,
    "cache-control": "no-store",
  };
  return new Response(null, { status: 303, headers });
}

/**
 * A flow that another browser started, or that belongs to another session, ends before anything is sent to the
 * provider (S05).
 */
async function end(callback: ProviderCallback, request: Request): Promise<Outcome> {
  const { intent, session, token, origin, provider } = callback;
  const isOurs = intent && (intent.kind === "sign_in" || (session && session.id === intent.sessionId));
  const proven = isOurs ? await prove(provider, request) : { problem: "not_whole" as const };
  if ("problem" in proven) {
    await recordSignInAttempt(session && { id: session.userId }, "provider_refused", origin);
    return proven;
  }
  if (intent?.kind === "sign_in") return signIn(callback, intent, proven);
  if (!intent || !session || !token) return { problem: "not_whole" };
  return intent.kind === "connect"
    ? connect(intent, session, token, proven, origin)
    : confirm(intent, session, token, proven, origin);
}

async function prove(
  provider: IdentityProviderSetting,
  request: Request,
): Promise<Identity | { problem: ProviderProblem }> {
  try {
    const { identity, cookies: ended } = await finishProviderFlow(provider, request);
    const jar = await cookies();
    for (const { name, value, options } of ended) jar.set(name, value, options);
    return identity;
  } catch (error) {
    const { type = (error as Error).name } = error as { type?: string };
    runtime().log.warn(
      { requestId: request.headers.get("x-request-id"), type, provider: provider.id },
      "an identity provider's answer was refused; if that repeats, compare client id, secret and redirect URI with the provider's settings",
    );
    if (type === "InvalidCheck") return { problem: "not_whole" };
    return { problem: type === "OAuthCallbackError" ? "cancelled" : "unusable" };
  }
}

async function signIn(callback: ProviderCallback, intent: FlowIntent, identity: Identity): Promise<Outcome> {
  const { origin, token } = callback;
  const answer = await signInWithIdentity(identity, origin);
  if ("problem" in answer) return answer;
  const begun = await beginSession(answer.userId, origin, token, proofOf(identity));
  await recordSingleSignOn(begun.token, singleSignOnOf(identity));
  await setSessionCookie(begun.token, begun.expiresAt);
  await recognizeDevice(answer.userId, origin);
  const home = answer.newWorkspace ? `/${answer.newWorkspace.slug}/settings/workspace` : "/settings";
  const goal = intent.goal ?? home;
  return {
    path: begun.needsSecondFactor ? `/sign-in/verify?callbackUrl=${encodeURIComponent(goal)}` : goal,
  };
}

async function connect(
  intent: FlowIntent,
  session: CurrentSession,
  token: string,
  identity: Identity,
  origin: Origin,
): Promise<Outcome> {
  const problem = await connectIdentity(session, identity, origin);
  if (problem) return { problem };
  await recordSingleSignOn(token, singleSignOnOf(identity));
  return { path: withQuery(intent.goal ?? "/settings/security", { connected: identity.provider }) };
}

async function confirm(
  intent: FlowIntent,
  session: CurrentSession,
  token: string,
  identity: Identity,
  origin: Origin,
): Promise<Outcome> {
  const problem = await confirmWithIdentity(session, identity, intent.beganAt, origin);
  if (problem) return { problem };
  const renewed = await renewSessionToken(token, proofOf(identity));
  if (!renewed) return { problem: "not_whole" };
  await recordSingleSignOn(renewed, singleSignOnOf(identity));
  await setSessionCookie(renewed, session.expiresAt);
  return { path: withQuery(intent.goal ?? "/settings", { confirmed: identity.provider }) };
}

/** The page where the flow started, with the problem. */
function pathAfterProblem({ intent, session, provider }: ProviderCallback, problem: ProviderProblem): string {
  const reason = { problem, provider: provider.id };
  const goal = intent?.goal ?? null;
  if (!session) return withQuery("/sign-in", { ...reason, ...(goal && { callbackUrl: goal }) });
  if (intent?.kind === "confirm") return withQuery(goal ?? "/settings", { confirmed: "no", ...reason });
  return withQuery("/settings/security", reason);
}

function withQuery(path: string, values: Record<string, string>): string {
  const url = new URL(path, "http://path.invalid");
  for (const [name, value] of Object.entries(values)) url.searchParams.set(name, value);
  return url.pathname + url.search;
}

async function setSessionCookie(token: string, expiresAt: Date): Promise<void> {
  (await cookies()).set(sessionCookieName(), token, sessionCookieOptions(expiresAt));
}
