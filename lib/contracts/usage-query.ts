import { z } from "zod";
import { rangePresets } from "./log-range";
import { filterText, time } from "./query-values";
import { usageGroupings } from "./usage";

const key = filterText(64).optional();

/** The quotas on the console's Usage page. */
export const usageQuotasQuery = z.strictObject({ key });

/** The requests on the console's Usage page. */
export const usageRequestsQuery = z.strictObject({
  key,
  by: z.enum(usageGroupings, { error: "Choose key, permission, route or code." }).default("key"),
  range: z.enum(rangePresets, { error: `Choose one of ${rangePresets.join(", ")}.` }).default("30d"),
});
export type UsageRequestsQuery = z.infer<typeof usageRequestsQuery>;

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
