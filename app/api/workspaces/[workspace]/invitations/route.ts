import { inviteInput } from "@/lib/contracts/invitation-input";
import { created, ok } from "@/lib/server/http/json-response";
import { withMember } from "@/lib/server/http/with-member";
import { listInvitations } from "@/lib/server/workspaces/invitations/pending-invitation";
import { invite } from "@/lib/server/workspaces/invitations/send-invitation";

export const GET = withMember({ permission: "member.manage" }, async ({ actor }) =>
  ok({ invitations: await listInvitations(actor) }),
);

export const POST = withMember(
  { permission: "member.manage", recentAuthentication: true, body: inviteInput },
  async ({ actor, body }) => created(await invite(actor, body)),
);
