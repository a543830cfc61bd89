import { ok } from "@/lib/server/http/json-response";
import { withMember } from "@/lib/server/http/with-member";
import { resendInvitation } from "@/lib/server/workspaces/invitations/send-invitation";

export const POST = withMember(
  { permission: "member.manage", recentAuthentication: true },
  async ({ actor, params }) => ok(await resendInvitation(actor, params.invitationId ?? "")),
);
