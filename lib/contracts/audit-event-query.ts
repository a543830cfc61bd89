import { z } from "zod";
import { auditActionNames } from "./audit-actions";
import { filterText, idCursor } from "./query-values";

export const listAuditEventsQuery = z.strictObject({
  action: z.enum(auditActionNames).optional(),
  actor: filterText(64).optional(),
  target: filterText(64).optional(),
  cursor: idCursor("aud").optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
export type ListAuditEventsQuery = z.infer<typeof listAuditEventsQuery>;
