import type { AccountActivity } from "@/lib/contracts/account";
import type { AccountAction } from "@/lib/contracts/account-actions";
import { AppError } from "@/lib/contracts/app-error";
import type { AuditAction } from "@/lib/contracts/audit-actions";
import type { AuditEventFilter, ListAuditEventsQuery } from "@/lib/contracts/audit-event-query";
import type { AuditEvent, AuditEventPage } from "@/lib/contracts/audit-events";
import type { MemberActor } from "../actor";
import type { AuditEvent as Row } from "../generated/prisma/client";
import { db } from "../runtime";
import { auditConditions } from "./audit-filter";

/** The workspace's audit events, newest first. */
export async function listAuditEvents(
  actor: MemberActor,
  { cursor, limit, ...filter }: ListAuditEventsQuery,
): Promise<AuditEventPage> {
  const page = await findAuditPage(actor.workspaceId, filter, { cursor, limit });
  return { ...page, events: page.events.map(viewOf) };
}

/** @throws AppError `not_found` */
export async function getAuditEvent({ workspaceId }: MemberActor, id: string): Promise<AuditEvent> {
  const row = await db().auditEvent.findFirst({ where: { id, workspaceId } });
  if (!row) throw new AppError("not_found", "This event doesn’t exist, or it belongs to another workspace.");
  return viewOf(row);
}

/**
 * A page, newest first. The cursor is the id of the last event of the previous page: ids sort by time.
 * @param workspaceId Undefined for the operator: events of all workspaces, and those of none.
 */
export async function findAuditPage(
  workspaceId: string | undefined,
  filter: AuditEventFilter,
  { cursor, limit }: { cursor?: string | undefined; limit: number },
): Promise<{ events: Row[]; nextCursor: string | null }> {
  const rows = await db().auditEvent.findMany({
    where: { AND: [{ workspaceId, id: { lt: cursor } }, ...auditConditions(filter)] },
    orderBy: { id: "desc" },
    take: limit + 1,
  });
  const events = rows.slice(0, limit);
  return { events, nextCursor: rows.length > limit ? (events.at(-1)?.id ?? null) : null };
}

/** Whether a workspace ever was: its events stay when it is deleted. */
export async function hasAuditEvents(workspaceId: string): Promise<boolean> {
  return (await db().auditEvent.findFirst({ where: { workspaceId }, select: { id: true } })) !== null;
}

/** An audit event as exports and the command line show it. */
export function auditEventJson(row: Row) {
  return {
    id: row.id,
    at: row.at.toISOString(),
    action: row.action,
    actor: { type: row.actorType, id: row.actorId, name: row.actorName },
    target: { type: row.targetType, id: row.targetId, name: row.targetName },
    details: row.details,
    ip: row.ip,
    user_agent: row.userAgent,
    request_id: row.requestId,
  };
}

function viewOf(row: Row): AuditEvent {
  const { ip, userAgent, requestId } = row;
  return {
    id: row.id,
    at: row.at.toISOString(),
    action: row.action as AuditAction,
    actor: { type: row.actorType, id: row.actorId, name: row.actorName },
    target: { type: row.targetType, id: row.targetId, name: row.targetName },
    details: row.details as Record<string, unknown>,
    ip,
    userAgent,
    requestId,
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
