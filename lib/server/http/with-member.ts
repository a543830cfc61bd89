import type { z } from "zod";
import { AppError } from "@/lib/contracts/app-error";
import { type Permission, roleMay } from "@/lib/contracts/permissions";
import type { MemberActor } from "../actor";
import { findMemberActor } from "../workspaces/members/find-memberships";
import { readBody } from "./read-body";
import { type AccountRequest, withAccount } from "./with-account";

export type MemberRequest<Body> = AccountRequest<Body> & { actor: MemberActor };

type Options<Body> = {
  permission: Permission;
  recentAuthentication?: boolean;
  /** For routes of the API tab, which are rejected while API access is off. */
  apiAccess?: boolean;
  body?: z.ZodType<Body>;
};

/**
 * A route under /api/workspaces/{workspace} for active members whose role has the permission. For everyone else the
 * workspace doesn't exist. A session that can't open the workspace gets 403.
 */
export function withMember<Body = undefined>(
  options: Options<Body>,
  handle: (incoming: MemberRequest<Body>) => Promise<Response>,
) {
  return withAccount({}, async (incoming) => {
    const { session, origin, request, params } = incoming;
    const found = await findMemberActor(params.workspace ?? "", session, origin);
    if (!found) throw new AppError("not_found");
    const { actor, membership } = found;
    if (membership.closedBy) throw new AppError(membership.closedBy);
    if (!roleMay(actor.role, options.permission)) throw new AppError("insufficient_permissions");
    if (options.apiAccess && !membership.workspace.apiAccess) throw new AppError("api_access_disabled");
    if (options.recentAuthentication && !session.recentlyAuthenticated)
      throw new AppError("reauthentication_required");
    const body = options.body ? await readBody(request, options.body) : (undefined as Body);
    return handle({ ...incoming, body, actor });
  });
}
