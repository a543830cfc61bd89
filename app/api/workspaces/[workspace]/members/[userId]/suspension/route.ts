import { setSuspensionInput } from "@/lib/contracts/member-input";
import { ok } from "@/lib/server/http/json-response";
import { withMember } from "@/lib/server/http/with-member";
import { setSuspension } from "@/lib/server/workspaces/members/set-suspension";

export const PUT = withMember(
  { permission: "member.manage", recentAuthentication: true, body: setSuspensionInput },
  async ({ actor, params, body }) => {
    return ok(await setSuspension(actor, params.userId ?? "", body));
  },
);
