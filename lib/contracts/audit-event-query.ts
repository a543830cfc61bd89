import { z } from "zod";
import { type AuditAction, actionsOf, auditActionNames, auditGroupNames } from "./audit-actions";
import { rangePresets } from "./log-range";
import { exportFormat, filterText, idCursor, time } from "./query-values";

const wrongAction = "This is neither an action nor a group of actions.";

/** An action, or a group of them, which stands for all of its actions. */
const action = z
  .union([z.enum(auditActionNames), z.enum(auditGroupNames)], { error: wrongAction })
  .transform((name): AuditAction[] => {
    const group = auditGroupNames.find((known) => known === name);
    return group ? actionsOf(group) : [name as AuditAction];
  });

/** Which events: the filters that the list, the export and the command line share. */
const filters = {
  /** Who did it: an id, or part of a name. */
  actor: filterText(100).optional(),
  action: action.optional(),
  /** What was changed: an id, or part of a name. */
  target: filterText(100).optional(),
  from: time.optional(),
  /** Until before this moment. */
  to: time.optional(),
  /** Instead of `from` and `to`. */
  range: z.enum(rangePresets, { error: "Choose one of the list." }).optional(),
};

function inOrder({ from, to }: { from?: string | undefined; to?: string | undefined }): boolean {
  return !from || !to || from < to;
}
const order = { path: ["from"], error: "This must be before To." };

export const listAuditEventsQuery = z
  .strictObject({
    ...filters,
    cursor: idCursor("aud").optional(),
    limit: z.coerce.number().int().min(1).max(200).default(50),
  })
  .refine(inOrder, order);
export type ListAuditEventsQuery = z.infer<typeof listAuditEventsQuery>;
export type AuditEventFilter = Omit<ListAuditEventsQuery, "cursor" | "limit">;

/** The options of `keyward audit list`. */
export const operatorAuditQuery = z
  .strictObject({
    person: filters.actor,
    action: filters.action,
    target: filters.target,
    from: filters.from,
    to: filters.to,
    cursor: idCursor("aud").optional(),
    limit: z.coerce.number().int().min(1).max(1000),
  })
  .refine(inOrder, { path: ["from"], error: "This must be before --to." });

export const exportAuditEventsQuery = z
  .strictObject({ ...filters, format: exportFormat })
  .refine(inOrder, order);
