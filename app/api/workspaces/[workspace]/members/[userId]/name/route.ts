import { renameServiceMemberInput } from "@/lib/contracts/member-input";
import { ok } from "@/lib/server/http/json-response";
import { withMember } from "@/lib/server/http/with-member";
import { renameServiceMember } from "@/lib/server/workspaces/members/service-members";

export const PUT = withMember(
  { permission: "member.manage", body: renameServiceMemberInput },
  async ({ actor, params, body }) => {
    await renameServiceMember(actor, params.userId ?? "", body.name);
    return ok({});
  },
);
