import type { AuditAction } from "./audit-actions";

export const actorTypes = ["user", "key", "system", "service"] as const;
export type ActorType = (typeof actorTypes)[number];

export type AuditEvent = {
  id: string;
  at: string;
  action: AuditAction;
  actor: { type: ActorType; id: string; name: string };
  target: { type: string; id: string; name: string };
  details: Record<string, unknown>;
  ip: string | null;
  userAgent: string | null;
  requestId: string | null;
};

export type AuditEventPage = { events: AuditEvent[]; nextCursor: string | null };
