import { streamAccessLogQuery } from "@/lib/contracts/access-log-query";
import { readQuery } from "@/lib/server/http/read-body";
import { withMember } from "@/lib/server/http/with-member";
import { withNames } from "@/lib/server/logs/list-workspace-log";
import { memberFilter } from "@/lib/server/logs/log-filter";
import { streamLog } from "@/lib/server/logs/stream-log";

export const GET = withMember(
  { permission: "access_log.read_own", apiAccess: true },
  async ({ actor, request, isStillAllowed }) => {
    // Entries to come are later than any range that ends now.
    const {
      range: _range,
      from: _from,
      to: _to,
      ...query
    } = readQuery(new URL(request.url), streamAccessLogQuery);
    return streamLog({
      workspaceId: actor.workspaceId,
      filter: await memberFilter(actor, query),
      lastEventId: request.headers.get("last-event-id"),
      mayRead: isStillAllowed,
      toJson: (entries) => withNames(actor.workspaceId, entries),
    });
  },
);
