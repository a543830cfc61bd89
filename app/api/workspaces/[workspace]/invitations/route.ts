import { inviteInput } from "@/lib/contracts/invitation-input";
import { created } from "@/lib/server/http/json-response";
import { readInvitationList } from "@/lib/server/http/member-reads";
import { answerMember, withMember } from "@/lib/server/http/with-member";
import { invite } from "@/lib/server/workspaces/invitations/send-invitation";

export const GET = answerMember(readInvitationList);

export const POST = withMember(
  { permission: "member.manage", recentAuthentication: true, body: inviteInput },
  async ({ actor, body }) => created(await invite(actor, body)),
);
