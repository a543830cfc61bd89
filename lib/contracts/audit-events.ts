import type { AuditAction } from "./audit-actions";

export type AuditEvent = {
  id: string;
  at: string;
  action: AuditAction;
  actor: { type: "user" | "key" | "system"; id: string; name: string };
  target: { type: string; id: string; name: string };
  details: Record<string, unknown>;
  ip: string | null;
  userAgent: string | null;
};

export type AuditEventPage = { events: AuditEvent[]; nextCursor: string | null };
