import { z } from "zod";
import { decisionCodes, decisionSources, denialCodes, outcomes } from "../access-logs";
import { keyId, timestamp } from "./fields";
import { named } from "./named-schemas";

export const accessLogAnswer = named(
  "AccessLogPage",
  z.object({
    entries: z.array(
      named(
        "AccessLogEntry",
        z.object({
          request_id: z.string(),
          at: timestamp,
          key_id: keyId.nullable(),
          method: z.string().nullable(),
          path: z.string().nullable().meta({ description: "Without the query." }),
          outcome: z.enum(outcomes),
          status: z.int(),
          code: z.enum(decisionCodes).meta({ description: "`valid`, or the reason for the denial." }),
          ip: z.string().nullable(),
          user_agent: z.string().nullable(),
          source: z.enum(decisionSources),
          would_deny: z.enum(denialCodes).optional().meta({
            description: "Why an allowed request will be denied once a report-only limit is enforced.",
          }),
        }),
      ),
    ),
    next_cursor: z.string().nullable().meta({ description: "null on the last page." }),
    complete_up_to: timestamp.meta({ description: "Every entry before this moment is in the list." }),
  }),
);

const requestCounts = { allowed: z.int().min(0), denied: z.int().min(0) };

export const usageAnswer = named(
  "Usage",
  z.object({
    buckets: z
      .array(z.object({ start: timestamp, ...requestCounts }))
      .meta({ description: "Oldest first. Hours and days without requests are included." }),
    total: z.object(requestCounts),
  }),
);
export type UsageAnswer = z.infer<typeof usageAnswer>;
