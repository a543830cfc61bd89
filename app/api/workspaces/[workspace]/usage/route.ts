import { usageQuery } from "@/lib/contracts/usage-query";
import { ok } from "@/lib/server/http/json-response";
import { readQuery } from "@/lib/server/http/read-body";
import { withMember } from "@/lib/server/http/with-member";
import { getUsageOverview } from "@/lib/server/quotas/usage-overview";

export const GET = withMember(
  { permission: "access_log.read_own", apiAccess: true },
  async ({ actor, request }) =>
    ok(await getUsageOverview(actor, readQuery(new URL(request.url), usageQuery).key ?? null)),
);
