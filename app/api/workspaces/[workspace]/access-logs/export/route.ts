import { exportAccessLogQuery } from "@/lib/contracts/access-log-query";
import { readQuery } from "@/lib/server/http/read-body";
import { withMember } from "@/lib/server/http/with-member";
import { exportLog } from "@/lib/server/logs/export-log";
import { memberFilter } from "@/lib/server/logs/log-filter";

export const GET = withMember(
  { permission: "access_log.read_own", apiAccess: true },
  async ({ actor, request, isStillAllowed }) => {
    const { format, ...query } = readQuery(new URL(request.url), exportAccessLogQuery);
    return exportLog(actor.workspaceId, await memberFilter(actor, query), format, isStillAllowed);
  },
);
