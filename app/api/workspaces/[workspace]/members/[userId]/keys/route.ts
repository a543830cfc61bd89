import { ok } from "@/lib/server/http/json-response";
import { withMember } from "@/lib/server/http/with-member";
import { listMemberKeys } from "@/lib/server/workspaces/members/list-member-keys";

// requireManageableMember decides whose keys the person can see: their own, or those of members they can remove. API
// access isn't required, because members can be removed while it is off.
export const GET = withMember({ permission: "member.list" }, async ({ actor, params }) =>
  ok(await listMemberKeys(actor, params.userId ?? "")),
);
