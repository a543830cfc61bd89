import { cookies, headers } from "next/headers";
import { notFound, redirect } from "next/navigation";
import { cache } from "react";
import type { Account } from "@/lib/contracts/account";
import type { PublicConfig } from "@/lib/contracts/public-config";
import { workspaceSlug } from "@/lib/contracts/workspace-input";
import type { Workspace } from "@/lib/contracts/workspaces";
import { getAccount } from "../accounts/users/account";
import { sessionCookieName } from "../http/session-cookie";
import type { FoundMember } from "../http/with-member";
import { db, runtime } from "../runtime";
import { type CurrentSession, findSession } from "../sessions/session-store";
import { findMemberActor } from "../workspaces/members/find-memberships";
import { getWorkspace } from "../workspaces/workspace-view";
import { pathHeader } from "./page-headers";
import { pathWithoutSecret } from "./path-without-secret";

// Layouts and pages each authorize on their own. `cache` shares one look-up per request among them.

export type WorkspacePage = FoundMember & { account: Account; session: CurrentSession; workspace: Workspace };

/** The signed-in account, or a redirect to sign-in and back. Opening a page counts as activity. */
export const requirePageAccount = cache(async (): Promise<{ account: Account; session: CurrentSession }> => {
  const path = (await headers()).get(pathHeader);
  const clean = path && pathWithoutSecret(path, runtime().engine.keyFormats.shapes());
  if (clean && clean !== path) redirect(clean);
  const session = await findPageSession();
  const back = `callbackUrl=${encodeURIComponent(path ?? "/settings")}`;
  if (!session) redirect(`/sign-in?${back}`);
  if (session.needsSecondFactor) redirect(`/sign-in/verify?${back}`);
  return { account: await getAccount(session), session };
});

/**
 * The account and the workspace of the URL, which is 404 for non-members. Sessions that can't open the workspace get
 * only its Security page, where single sign-on and two-step verification are set up; that page shows no other
 * members.
 */
export const requirePageWorkspace = cache(async (slug: string): Promise<WorkspacePage> => {
  // Not a valid slug, so there is no such page, signed in or not.
  if (!workspaceSlug.safeParse(slug).success) notFound();
  const { account, session } = await requirePageAccount();
  const found = await findMemberActor(slug, session, { ip: null, userAgent: null, requestId: null });
  if (!found) notFound();
  const { actor, membership } = found;
  const security = `/${slug}/settings/security`;
  const here = (await headers()).get(pathHeader)?.split("?")[0];
  if (membership.closedBy && here !== security) redirect(security);
  if (account.workspaces[0]?.id !== actor.workspaceId) {
    await db().user.update({ where: { id: account.userId }, data: { lastWorkspaceId: actor.workspaceId } });
  }
  const workspace = await getWorkspace(actor);
  return {
    account,
    session,
    workspace: membership.closedBy ? { ...workspace, admins: [] } : workspace,
    actor,
    membership,
  };
});

/** The current session, or null. For pages that are also shown without signing in. */
export const findPageSession = cache(async (): Promise<CurrentSession | null> => {
  const token = (await cookies()).get(sessionCookieName())?.value;
  return token ? findSession(token, true) : null;
});

export function getPublicConfig(): PublicConfig {
  const { env } = runtime();
  return {
    productName: env.productName,
    apiBaseUrl: env.apiBaseUrl,
    supportEmail: env.supportEmail,
    passwordMinLength: env.passwordMinLength,
    signUpOpen: env.signUp !== "invite",
    signUpByMail: env.smtpUrl !== null,
    identityProviders: env.identityProviders.map(({ id, name }) => ({ id, name })),
    keyPrefix: env.apiKeyPrefix,
    reauthenticateMinutes: env.reauthenticateSeconds / 60,
    sessionIdleMinutes: env.sessionIdleSeconds / 60,
  };
}
