import { addServiceMemberInput } from "@/lib/contracts/member-input";
import { created, ok } from "@/lib/server/http/json-response";
import { withMember } from "@/lib/server/http/with-member";
import { listMembers } from "@/lib/server/workspaces/members/list-members";
import { addServiceMember } from "@/lib/server/workspaces/members/service-members";

export const GET = withMember({ permission: "member.list" }, async ({ actor }) =>
  ok({ members: await listMembers(actor) }),
);

// People are invited; what is added here is no person.
export const POST = withMember(
  { permission: "member.manage", recentAuthentication: true, body: addServiceMemberInput },
  async ({ actor, body }) => created(await addServiceMember(actor, body)),
);
