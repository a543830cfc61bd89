import { z } from "zod";
import { auditActionNames } from "./audit-actions";

export const listAuditEventsQuery = z.strictObject({
  action: z.enum(auditActionNames).optional(),
  actor: z.string().max(64).optional(),
  target: z.string().max(64).optional(),
  cursor: z.string().max(64).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
export type ListAuditEventsQuery = z.infer<typeof listAuditEventsQuery>;
