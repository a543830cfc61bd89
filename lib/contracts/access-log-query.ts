import { z } from "zod";
import { decisionCodes, logCodes, outcomes } from "./access-logs";
import { filterText, time } from "./query-values";

const filters = {
  outcome: z.enum(outcomes).optional(),
  from: time.optional(),
  to: time.optional(),
  ip: z
    .union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()], { error: "Enter an IP address or CIDR block." })
    .optional(),
  cursor: z.string().max(200).optional(),
};

/** The query of the console's Access logs page. */
export const listAccessLogQuery = z.strictObject({
  ...filters,
  code: z.enum(logCodes).optional(),
  key: filterText(64).optional(),
  requestId: filterText(64).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
export type ListAccessLogQuery = z.infer<typeof listAccessLogQuery>;

/** The query of GET /api/public/v1/access-logs. */
export const publicAccessLogQuery = z.strictObject({
  ...filters,
  code: z.enum(decisionCodes).optional(),
  key_id: z
    .string()
    .regex(/^key_[0-9a-z]{1,60}$/, "This is not an API key id.")
    .optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(50),
});
