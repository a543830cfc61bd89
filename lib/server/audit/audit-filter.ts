import type { AuditEventFilter } from "@/lib/contracts/audit-event-query";
import { presetRange } from "@/lib/contracts/log-range";
import type { Prisma } from "../generated/prisma/client";
import { firstId } from "../new-id";

const dayMs = 86_400_000;
const idPattern = /^[a-z]+_[0-9a-hjkmnp-tv-z]{26}$/;

/** Conditions on audit_events. */
export function auditConditions({
  actor,
  action,
  target,
  from,
  to,
  range,
}: AuditEventFilter): Prisma.AuditEventWhereInput[] {
  const preset = range && presetRange(range, Date.now());
  return [
    ...(action ? [{ action: { in: action } }] : []),
    ...(actor ? [named("actor", actor)] : []),
    ...(target ? [named("target", target)] : []),
    ...(preset
      ? between(new Date(preset.from).toISOString(), new Date(preset.to).toISOString())
      : between(from, to)),
  ];
}

/** The id, or part of the name at the time of the event. Services are named by their labels, which are ids too. */
function named(who: "actor" | "target", text: string): Prisma.AuditEventWhereInput {
  const wanted = text.trim();
  if (idPattern.test(wanted)) return { [`${who}Id`]: wanted };
  const part = wanted.replaceAll(/[\\%_]/g, "\\$&");
  return { OR: [{ [`${who}Id`]: wanted }, { [`${who}Name`]: { contains: part, mode: "insensitive" } }] };
}

/**
 * Ids sort by time and have an index, which moments don't. An id may be older or younger than its event's moment by as long as a
 * transaction takes; a day is far more.
 */
function between(from: string | undefined, to: string | undefined): Prisma.AuditEventWhereInput[] {
  const moved = (moment: string, days: number) =>
    firstId("aud", new Date(Math.max(0, Date.parse(moment) + days * dayMs)).toISOString());
  return [
    ...(from ? [{ at: { gte: from } }, { id: { gte: moved(from, -1) } }] : []),
    ...(to ? [{ at: { lt: to } }, { id: { lt: moved(to, 1) } }] : []),
  ];
}
