import { cookies, headers } from "next/headers";
import { notFound, redirect } from "next/navigation";
import type { Account } from "@/lib/contracts/account";
import type { PublicConfig } from "@/lib/contracts/public-config";
import type { Workspace } from "@/lib/contracts/workspaces";
import { findMemberActor } from "../members/find-member-actor";
import { mustSetUpTwoStep } from "../members/must-set-up-two-step";
import { db, runtime } from "../runtime";
import { type CurrentSession, findSession } from "../sessions/session-store";
import { mustSignOn } from "../single-sign-on/must-sign-on";
import { getAccount } from "../users/account";
import { getWorkspace } from "../workspaces/workspace-view";
import { pathHeader } from "./page-headers";
import { sessionCookieName } from "./session-cookie";

/** The person whose page this is; who is signed out is led to sign in and back. Opening a page counts as activity. */
export async function requirePageAccount(): Promise<{ account: Account; session: CurrentSession }> {
  const session = await findPageSession();
  const back = `callbackUrl=${encodeURIComponent((await headers()).get(pathHeader) ?? "/settings")}`;
  if (!session) redirect(`/sign-in?${back}`);
  if (session.owesSecondStep) redirect(`/sign-in/verify?${back}`);
  return { account: await getAccount(session.userId), session };
}

/** The same with the workspace of the URL. Who is no member sees what a workspace that does not exist shows. */
export async function requirePageWorkspace(
  slug: string,
): Promise<{ account: Account; workspace: Workspace; mustSignOn: boolean }> {
  const { account, session } = await requirePageAccount();
  const actor = await findMemberActor(
    slug,
    { id: account.userId, name: account.name },
    { ip: null, userAgent: null, requestId: null },
  );
  if (!actor) notFound();
  // The one page of the workspace that stays open to who must sign on, or set up a second step, first: it says so, and does it.
  const security = `/${slug}/settings/security`;
  const here = (await headers()).get(pathHeader)?.split("?")[0];
  const signOnFirst = await mustSignOn(actor, session);
  if (here !== security && (signOnFirst || (await mustSetUpTwoStep(actor)))) redirect(security);
  if (account.workspaces[0]?.id !== actor.workspaceId) {
    await db().user.update({ where: { id: account.userId }, data: { lastWorkspaceId: actor.workspaceId } });
  }
  return { account, workspace: await getWorkspace(actor), mustSignOn: signOnFirst };
}

/** Whether somebody is signed in, for pages that are for nobody else. */
export async function findPageSession(): Promise<CurrentSession | null> {
  const token = (await cookies()).get(sessionCookieName())?.value;
  return token ? findSession(token, true) : null;
}

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
