import { changeRoleInput } from "@/lib/contracts/member-input";
import { ok } from "@/lib/server/http/json-response";
import { withMember } from "@/lib/server/http/with-member";
import { changeRole } from "@/lib/server/workspaces/members/change-role";

export const PATCH = withMember(
  { permission: "member.manage", recentAuthentication: true, body: changeRoleInput },
  async ({ actor, params, body }) => {
    return ok(await changeRole(actor, params.userId ?? "", body));
  },
);
