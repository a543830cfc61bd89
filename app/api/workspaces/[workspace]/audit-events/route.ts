import { listAuditEventsQuery } from "@/lib/contracts/audit-event-query";
import { listAuditEvents } from "@/lib/server/audit/list-audit-events";
import { ok } from "@/lib/server/http/json-response";
import { readQuery } from "@/lib/server/http/read-body";
import { withMember } from "@/lib/server/http/with-member";

export const GET = withMember({ permission: "audit_log.read" }, async ({ actor, request }) =>
  ok(await listAuditEvents(actor, readQuery(new URL(request.url), listAuditEventsQuery))),
);
