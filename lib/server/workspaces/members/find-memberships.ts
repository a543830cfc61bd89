import type { ClosedBy } from "@/lib/contracts/workspaces";
import type { MemberActor, Origin } from "../../actor";
import type { Member, Prisma, Workspace } from "../../generated/prisma/client";
import { db } from "../../runtime";
import { hasSecondFactor } from "../../sessions/has-second-factor";
import { requiresSingleSignOn } from "../../sessions/requires-single-sign-on";
import type { CurrentSession } from "../../sessions/session-store";

/** A workspace that the person is an active member of. */
export type Membership = {
  member: Member;
  workspace: Workspace;
  /** Why the session can't open the workspace, or null. */
  closedBy: ClosedBy | null;
};

/** The person, and the identity that single sign-on vouched for in the session. */
export type Viewer = Pick<CurrentSession, "userId" | "singleSignOn">;

/**
 * Which workspaces a session can open. Everything that reads or changes a workspace for a session calls this, so that
 * single sign-on and two-step verification can't be bypassed on some route.
 */
export async function findMemberships(
  { userId, singleSignOn }: Viewer,
  where: Prisma.MemberWhereInput = {},
  database: Prisma.TransactionClient = db(),
): Promise<Membership[]> {
  const rows = await database.member.findMany({
    where: { ...where, userId, suspendedAt: null },
    include: {
      user: { select: { email: true } },
      workspace: { include: { domains: { where: { requireSso: true, provenDomain: { not: null } } } } },
    },
    orderBy: { createdAt: "asc" },
  });
  const asksForTwoSteps = rows.some(({ workspace }) => workspace.requireTwoStep);
  const hasTwoSteps = asksForTwoSteps && (await hasSecondFactor(userId, database));
  return rows.map(({ user, workspace: { domains, ...workspace }, ...member }) => {
    const required = domains.map(({ domain }) => domain);
    const closedBy = requiresSingleSignOn(member, user.email, required, singleSignOn)
      ? "single_sign_on_required"
      : workspace.requireTwoStep && !hasTwoSteps
        ? "two_step_setup_required"
        : null;
    return { member, workspace, closedBy };
  });
}

/** The session's person as an actor in a workspace, with their current role. Null if they aren't an active member. */
export async function findMemberActor(
  slug: string,
  session: CurrentSession,
  origin: Origin,
): Promise<{ actor: MemberActor; membership: Membership } | null> {
  const [membership] = await findMemberships(session, { workspace: { slug } });
  if (!membership) return null;
  const { workspaceId, role } = membership.member;
  const { userId, userName: name } = session;
  return { actor: { type: "member", workspaceId, userId, name, role, origin }, membership };
}
