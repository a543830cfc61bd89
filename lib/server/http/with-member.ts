import type { z } from "zod";
import { type Permission, roleMay } from "@/lib/contracts/permissions";
import type { MemberActor } from "../actor";
import { AppError } from "../app-error";
import { findMemberActor } from "../members/find-member-actor";
import { mustSetUpTwoStep } from "../members/must-set-up-two-step";
import { db } from "../runtime";
import { mustSignOn } from "../single-sign-on/must-sign-on";
import { readBody } from "./read-body";
import { type AccountVisit, withAccount } from "./with-account";

export type MemberVisit<Body> = AccountVisit<Body> & { actor: MemberActor };

type Options<Body> = {
  permission: Permission;
  recentAuthentication?: boolean;
  /** Part of the API tab: refused while API access is off for the workspace. */
  apiAccess?: boolean;
  body?: z.ZodType<Body>;
};

/**
 * A route under /api/workspaces/{workspace}: the person is a member of it, not suspended, and their role has the permission.
 * Who is not a member gets the answer of a workspace that does not exist; who must set up a second step first, 403.
 */
export function withMember<Body = undefined>(
  options: Options<Body>,
  handle: (visit: MemberVisit<Body>) => Promise<Response>,
) {
  return withAccount({}, async (visit) => {
    const { session, origin, request, params } = visit;
    const actor = await findMemberActor(
      params.workspace ?? "",
      { id: session.userId, name: session.userName },
      origin,
    );
    if (!actor) throw new AppError("not_found");
    if (await mustSignOn(actor, session)) throw new AppError("single_sign_on_required");
    if (await mustSetUpTwoStep(actor)) throw new AppError("two_step_setup_required");
    if (!roleMay(actor.role, options.permission)) throw new AppError("insufficient_permissions");
    if (options.apiAccess) await requireApiAccess(actor.workspaceId);
    if (options.recentAuthentication && !session.recentlyAuthenticated)
      throw new AppError("reauthentication_required");
    const body = options.body ? await readBody(request, options.body) : (undefined as Body);
    return handle({ ...visit, body, actor });
  });
}

async function requireApiAccess(workspaceId: string): Promise<void> {
  const workspace = await db().workspace.findUnique({
    where: { id: workspaceId },
    select: { apiAccess: true },
  });
  if (!workspace?.apiAccess) throw new AppError("api_access_disabled");
}
