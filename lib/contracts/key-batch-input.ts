import { z } from "zod";
import { expirationDays } from "./api-key-input";
import { keyBatchActions, mostKeysAtOnce } from "./key-batch";
import { filterText } from "./query-values";

export const keyBatchInput = z
  .strictObject({
    action: z.enum(keyBatchActions),
    keyIds: z
      .array(filterText(64))
      .min(1, "Select at least one key.")
      .max(mostKeysAtOnce, `At most ${mostKeysAtOnce} keys at once.`)
      .transform((ids) => [...new Set(ids)].sort()),
    /** For `extend`: from now. */
    expirationDays: expirationDays.optional(),
    /** For `transfer`: the new owner. */
    ownerId: filterText(64).optional(),
    /** Only says what would happen. */
    preview: z.boolean().default(false),
  })
  .superRefine(({ action, expirationDays, ownerId }, context) => {
    const wrong = (field: string, message: string) =>
      context.addIssue({ code: "custom", path: [field], message });
    if ((action === "extend") !== (expirationDays !== undefined))
      wrong("expirationDays", "Use a number of days with extend, and only with it.");
    if ((action === "transfer") !== (ownerId !== undefined))
      wrong("ownerId", "Use a new owner with transfer, and only with it.");
  });
export type KeyBatchInput = z.infer<typeof keyBatchInput>;
