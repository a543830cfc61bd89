import { addServiceMemberInput } from "@/lib/contracts/member-input";
import { created } from "@/lib/server/http/json-response";
import { readMemberList } from "@/lib/server/http/member-reads";
import { answerMember, withMember } from "@/lib/server/http/with-member";
import { addServiceMember } from "@/lib/server/workspaces/members/service-members";

export const GET = answerMember(readMemberList);

// Adds a service member. People are invited instead.
export const POST = withMember(
  { permission: "member.manage", recentAuthentication: true, body: addServiceMemberInput },
  async ({ actor, body }) => created(await addServiceMember(actor, body)),
);
