import { removeMemberInput } from "@/lib/contracts/member-input";
import { ok } from "@/lib/server/http/json-response";
import { withMember } from "@/lib/server/http/with-member";
import { removeMember } from "@/lib/server/workspaces/members/remove-member";

// Everyone can leave. removeMember decides who can remove others.
export const POST = withMember(
  { permission: "member.list", recentAuthentication: true, body: removeMemberInput },
  async ({ actor, params, body }) => ok(await removeMember(actor, params.userId ?? "", body)),
);
