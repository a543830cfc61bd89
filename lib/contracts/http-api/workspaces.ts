import { z } from "zod";
import { roles } from "../permissions";
import { quotaPeriods } from "../quotas";
import { receiptAnswer } from "./api-keys";
import { keyId, timestamp, userId, workspaceId } from "./fields";
import { named } from "./named-schemas";

export const workspaceAnswer = named(
  "Workspace",
  z.object({
    workspace_id: workspaceId,
    external_id: z.string().nullable().meta({ description: "Your own id of the workspace." }),
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
    key_policy: z
      .object({
        max_lifetime_days: z.int().min(1).optional().meta({ description: "From creation to expiry." }),
        require_expiry: z.boolean().optional(),
        require_allowed_ips: z.boolean().optional(),
      })
      .nullable()
      .meta({ description: "What its keys must meet when they are made or changed. null: nothing." }),
  }),
);

export type WorkspaceAnswer = z.infer<typeof workspaceAnswer>;

export const workspaceListAnswer = named(
  "WorkspaceList",
  z.object({ workspaces: z.array(workspaceAnswer), next_cursor: z.string().nullable() }),
);

export const memberAnswer = named(
  "Member",
  z.object({
    user_id: userId,
    external_id: z.string().nullable().meta({ description: "Your own id of the member." }),
    name: z.string(),
    email: z.string().nullable().meta({ description: "A note. It isn't verified." }),
    role: z.enum(roles),
  }),
);

export const removedMemberAnswer = named(
  "RemovedMember",
  z.object({
    user_id: userId,
    keys_revoked: z.int().min(0),
    keys_transferred: z.int().min(0),
    rejected_everywhere: receiptAnswer,
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
