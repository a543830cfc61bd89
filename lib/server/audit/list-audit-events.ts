import type { AccountActivity } from "@/lib/contracts/account";
import type { AccountAction } from "@/lib/contracts/account-actions";
import type { AuditAction } from "@/lib/contracts/audit-actions";
import type { ListAuditEventsQuery } from "@/lib/contracts/audit-event-query";
import type { AuditEventPage } from "@/lib/contracts/audit-events";
import type { MemberActor } from "../actor";
import { db } from "../runtime";

/**
 * The workspace's audit events, newest first. The cursor is the id of the last event of the previous page: ids sort
 * by time.
 */
export async function listAuditEvents(
  actor: MemberActor,
  query: ListAuditEventsQuery,
): Promise<AuditEventPage> {
  const rows = await db().auditEvent.findMany({
    where: {
      workspaceId: actor.workspaceId,
      ...(query.action && { action: query.action }),
      ...(query.actor && { actorId: query.actor }),
      ...(query.target && { targetId: query.target }),
      ...(query.cursor && { id: { lt: query.cursor } }),
    },
    orderBy: { id: "desc" },
    take: query.limit + 1,
  });
  const events = rows.slice(0, query.limit);
  return {
    events: events.map((event) => ({
      id: event.id,
      at: event.at.toISOString(),
      action: event.action as AuditAction,
      actor: { type: event.actorType, id: event.actorId, name: event.actorName },
      target: { type: event.targetType, id: event.targetId, name: event.targetName },
      details: event.details as Record<string, unknown>,
      ip: event.ip,
      userAgent: event.userAgent,
    })),
    nextCursor: rows.length > query.limit ? (events.at(-1)?.id ?? null) : null,
  };
}

/** Left out of the activity list, because frequent small changes would push out important ones. */
const minorActions: AccountAction[] = ["account.preferences_changed"];

/** The latest 20 changes that a person made to their own account, newest first. */
export async function listAccountActivity(userId: string): Promise<AccountActivity[]> {
  const rows = await db().auditEvent.findMany({
    where: { workspaceId: null, actorId: userId, action: { notIn: minorActions } },
    orderBy: { id: "desc" },
    take: 20,
  });
  return rows.map(({ id, at, action, ip, userAgent }) => ({
    id,
    at: at.toISOString(),
    action: action as AccountAction,
    ip,
    userAgent,
  }));
}
