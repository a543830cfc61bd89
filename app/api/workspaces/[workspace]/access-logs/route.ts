import { listAccessLogQuery } from "@/lib/contracts/access-log-query";
import { ok } from "@/lib/server/http/json-response";
import { readQuery } from "@/lib/server/http/read-body";
import { withMember } from "@/lib/server/http/with-member";
import { listWorkspaceLog } from "@/lib/server/logs/list-workspace-log";

export const GET = withMember(
  { permission: "access_log.read_own", apiAccess: true },
  async ({ actor, request }) =>
    ok(await listWorkspaceLog(actor, readQuery(new URL(request.url), listAccessLogQuery))),
);
