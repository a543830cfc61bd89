import { z } from "zod";
import { filterText, time } from "./query-values";

/** The query of the console's Usage page. */
export const usageQuery = z.strictObject({ key: filterText(64).optional() });

/** The query of GET /api/public/v1/usage. */
export const publicUsageQuery = z.strictObject({
  from: time.optional(),
  to: time.optional(),
  bucket: z.enum(["hour", "day"], { error: "Use hour or day." }).default("day"),
  key_id: z
    .string()
    .regex(/^key_[0-9a-z]{1,60}$/, "This is not an API key id.")
    .optional(),
});
export type PublicUsageQuery = z.infer<typeof publicUsageQuery>;
