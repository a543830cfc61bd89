import type { AuditEventFilter } from "@/lib/contracts/audit-event-query";
import type { ExportFormat } from "@/lib/contracts/export-format";
import { streamExport } from "../exports/stream-export";
import type { AuditEvent } from "../generated/prisma/client";
import { db } from "../runtime";
import { auditConditions } from "./audit-filter";
import { auditEventJson } from "./list-audit-events";

const pageEvents = 2000;

const columns = [
  "at",
  "id",
  "action",
  "actor_type",
  "actor_id",
  "actor_name",
  "target_type",
  "target_id",
  "target_name",
  "details",
  "ip",
  "user_agent",
  "request_id",
];

/**
 * The workspace's audit events in order of time, up to the request.
 * @param mayRead Whether the caller may still read them.
 * @throws AppError `rate_limit_exceeded` while the workspace has another export.
 */
export function exportAuditLog(
  workspaceId: string,
  filter: AuditEventFilter,
  format: ExportFormat,
  mayRead: () => Promise<boolean>,
): Promise<Response> {
  return streamExport({
    workspaceId,
    name: "audit-log",
    format,
    pages: () => exportedPages(workspaceId, filter),
    columns,
    csv: csvValues,
    json: auditEventJson,
    mayRead,
  });
}

async function* exportedPages(workspaceId: string, filter: AuditEventFilter): AsyncGenerator<AuditEvent[]> {
  const where = { AND: [{ workspaceId, at: { lte: new Date() } }, ...auditConditions(filter)] };
  let after: string | undefined;
  for (;;) {
    const page: AuditEvent[] = await db().auditEvent.findMany({
      where: { AND: [where, { id: { gt: after } }] },
      orderBy: { id: "asc" },
      take: pageEvents,
    });
    after = page.at(-1)?.id;
    yield page;
    if (page.length < pageEvents) return;
  }
}

function csvValues(row: AuditEvent): (string | null)[] {
  const { actor, target, details, ...rest } = auditEventJson(row);
  return [
    rest.at,
    rest.id,
    rest.action,
    ...[actor.type, actor.id, actor.name],
    ...[target.type, target.id, target.name],
    JSON.stringify(details),
    rest.ip,
    rest.user_agent,
    rest.request_id,
  ];
}
