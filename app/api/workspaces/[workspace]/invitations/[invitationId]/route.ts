import { ok } from "@/lib/server/http/json-response";
import { withMember } from "@/lib/server/http/with-member";
import { withdrawInvitation } from "@/lib/server/workspaces/invitations/pending-invitation";

export const DELETE = withMember({ permission: "member.manage" }, async ({ actor, params }) => {
  await withdrawInvitation(actor, params.invitationId ?? "");
  return ok({});
});
