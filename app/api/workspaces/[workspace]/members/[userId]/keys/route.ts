import { ok } from "@/lib/server/http/json-response";
import { withMember } from "@/lib/server/http/with-member";
import { listMemberKeys } from "@/lib/server/workspaces/members/list-member-keys";

// Whose keys one may see, requireManageableMember decides: one's own, or those of whom one may remove. API access is not
// asked for: someone can be removed, and their keys be settled, while it is off.
export const GET = withMember({ permission: "member.list" }, async ({ actor, params }) =>
  ok(await listMemberKeys(actor, params.userId ?? "")),
);
