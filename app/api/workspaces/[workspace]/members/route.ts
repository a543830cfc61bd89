import { ok } from "@/lib/server/http/json-response";
import { withMember } from "@/lib/server/http/with-member";
import { listMembers } from "@/lib/server/members/list-members";

export const GET = withMember({ permission: "member.list" }, async ({ actor }) =>
  ok({ members: await listMembers(actor) }),
);
