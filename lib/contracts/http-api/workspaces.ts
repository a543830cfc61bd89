import { z } from "zod";
import { quotaPeriods } from "../quotas";
import { keyId, timestamp, workspaceId } from "./fields";
import { named } from "./named-schemas";

export const workspaceAnswer = named(
  "Workspace",
  z.object({
    workspace_id: workspaceId,
    slug: z.string(),
    name: z.string(),
    api_access: z.boolean(),
    requests_per_minute: z
      .int()
      .min(1)
      .nullable()
      .meta({ description: "The default rate limit of its keys. null: the server's default." }),
    quotas: z.array(
      z.object({
        meter: z.string(),
        limit: z.int().min(0),
        period: z.enum(quotaPeriods).meta({ description: "A calendar month or day in UTC." }),
        key_id: keyId.optional().meta({ description: "Only for a quota of one key." }),
      }),
    ),
  }),
);

export const usageRecordAnswer = named(
  "RecordedUsage",
  z.object({
    used: z.int().min(0),
    limit: z.int().min(0).nullable().meta({ description: "null for a meter without a quota." }),
    resets_at: timestamp,
  }),
);
/** The quota that is closest to its limit, after the usage was recorded. */
export type UsageRecordAnswer = z.infer<typeof usageRecordAnswer>;
