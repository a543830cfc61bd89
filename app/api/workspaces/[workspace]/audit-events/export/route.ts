import { exportAuditEventsQuery } from "@/lib/contracts/audit-event-query";
import { exportAuditLog } from "@/lib/server/audit/export-audit-log";
import { readQuery } from "@/lib/server/http/read-body";
import { withMember } from "@/lib/server/http/with-member";

export const GET = withMember(
  { permission: "audit_log.read" },
  async ({ actor, request, isStillAllowed }) => {
    const { format, ...filter } = readQuery(new URL(request.url), exportAuditEventsQuery);
    return exportAuditLog(actor.workspaceId, filter, format, isStillAllowed);
  },
);
