import { invalidField } from "@/lib/contracts/app-error";
import type { MemberWithUser } from "../workspaces/members/manageable-member";
import {
  findNamedMember,
  putServiceMember,
  removeServiceMember,
} from "../workspaces/members/operate-service-members";
import { Created, type ServiceRouteHandler } from "./service-request";
import { readNamed, readNamedSegment, requireServiceWorkspace } from "./service-workspace";

/** PUT /api/v1/workspaces/{workspace}/members/{member}. */
export const putMember: ServiceRouteHandler<"putMember"> = async (request) => {
  const { actor } = await requireServiceWorkspace(request);
  const named = readNamedSegment(request.params.member_id ?? "");
  const { name, email = null, role } = request.body;
  const { member, isNew } = await putServiceMember(actor, named, { name, email, role });
  return isNew ? new Created(memberJson(member)) : memberJson(member);
};

/** DELETE /api/v1/workspaces/{workspace}/members/{member}. */
export const removeMember: ServiceRouteHandler<"removeMember"> = async (request) => {
  const { actor } = await requireServiceWorkspace(request);
  const { transfer_to: to } = request.query;
  const newOwner = to === undefined ? null : await findNamedMember(actor.workspaceId, readNamed(to));
  if (to !== undefined && !newOwner)
    throw invalidField("transfer_to", "This is not a member of the workspace.");
  const named = readNamedSegment(request.params.member_id ?? "");
  const removed = await removeServiceMember(actor, named, newOwner?.userId ?? null);
  return {
    user_id: removed.userId,
    keys_revoked: removed.revoked,
    keys_transferred: removed.transferred,
    rejected_everywhere: {
      after_ms: removed.rejectedEverywhere.afterMs,
      instances: removed.rejectedEverywhere.instances,
    },
  };
};

function memberJson({ userId, externalId, contactEmail, role, user }: MemberWithUser) {
  return { user_id: userId, external_id: externalId, name: user.name, email: contactEmail, role };
}
