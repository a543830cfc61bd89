import { z } from "zod";
import { keyStatuses, permissionLevels } from "../api-keys";
import { actorTypes } from "../audit-events";
import { keyId, keyMetadataAnswer, timestamp, userId } from "./fields";
import { named } from "./named-schemas";

const commonFields = {
  key_id: keyId,
  name: z.string(),
  key_prefix: z.string().meta({ description: "The first characters of the secret." }),
  key_suffix: z.string().meta({ description: "The last four characters of the secret." }),
  permission_level: z.enum(permissionLevels),
  permissions: z.array(z.string()).optional().meta({
    description:
      "Only for `custom`: the permissions that the key was created with. A name has no effect while it isn't declared.",
  }),
  can_manage_keys: z.boolean(),
  environment: z.string(),
  metadata: keyMetadataAnswer.optional().meta({ description: "Data of the operator's own, if any." }),
  notes: z.string().optional().meta({ description: "What people wrote about it, if anything." }),
  allowed_ips: z
    .array(z.string())
    .meta({ description: "Addresses and CIDR blocks that can use the key. Empty: every address." }),
  report_only: z
    .object({
      allowed_ips: z.array(z.string()).optional(),
      rate_limit_per_minute: z.int().optional(),
      enforce_at: timestamp.nullable(),
    })
    .optional()
    .meta({
      description:
        "Stricter limits that aren't enforced before `enforce_at`, if any. null: until someone enforces them.",
    }),
  rate_limit_per_minute: z
    .int()
    .min(1)
    .nullable()
    .meta({ description: "The key's own limit. null: the default of the workspace, or else of the server." }),
  status: z.enum(keyStatuses),
  created_at: timestamp,
  expires_at: timestamp.nullable(),
  rotated_to: keyId.optional().meta({ description: "The key that replaced it, if it was rotated." }),
  created_by: z.object({ type: z.enum(actorTypes), id: z.string() }),
  owner: z.object({ user_id: userId, name: z.string() }),
};

export const apiKeyAnswer = named(
  "ApiKey",
  z.object({ ...commonFields, last_used_at: timestamp.nullable(), revoked_at: timestamp.nullable() }),
);
export type ApiKeyAnswer = z.infer<typeof apiKeyAnswer>;

const secret = z.string().meta({ description: "The secret. It is returned only once, here." });

export const createdApiKeyAnswer = named("CreatedApiKey", z.object({ ...commonFields, key: secret }));
export type CreatedApiKeyAnswer = z.infer<typeof createdApiKeyAnswer>;

export const rotatedApiKeyAnswer = named(
  "RotatedApiKey",
  z.object({
    ...commonFields,
    key: secret,
    rotated_from: keyId,
    previous_expires_at: timestamp
      .nullable()
      .meta({ description: "When the old key stops working. null: not until it is revoked." }),
  }),
);

export const apiKeyListAnswer = named(
  "ApiKeyList",
  z.object({
    keys: z.array(apiKeyAnswer),
    total: z.int().min(0),
    limit: z.int(),
    offset: z.int(),
  }),
);

/** Confirms that no instance accepts a key any more. */
export const receiptAnswer = named(
  "RevocationReceipt",
  z.object({
    after_ms: z
      .number()
      .min(0)
      .meta({ description: "Milliseconds until no instance accepted the key any more." }),
    instances: z.int().min(0).meta({ description: "Instances that confirmed it." }),
    stale_seconds: z.number().optional().meta({
      description:
        "Only with STALE_VERDICT_SECONDS: how long an instance without its database may still accept the key.",
    }),
  }),
);
export type ReceiptAnswer = z.infer<typeof receiptAnswer>;

export const canceledRotationAnswer = named(
  "CanceledRotation",
  z.object({
    ...commonFields,
    last_used_at: timestamp.nullable(),
    revoked_at: timestamp.nullable(),
    revoked_key_id: keyId.meta({ description: "The successor." }),
    rejected_everywhere: receiptAnswer,
  }),
);

export const importAnswer = named(
  "ImportedApiKeys",
  z.object({
    imported: z.int().min(0),
    skipped: z.array(z.object({ line: z.int().min(1), reason: z.string() })),
    skipped_total: z.int().min(0).meta({ description: "More than the listed ones, if there are many." }),
  }),
);

export const revokedApiKeyAnswer = named(
  "RevokedApiKey",
  z.object({
    key_id: keyId,
    status: z.literal("revoked"),
    revoked_at: timestamp,
    created_keys: z.int().optional().meta({
      description: "How many keys that it made were revoked with it. Only with `with_created_keys=1`.",
    }),
    rejected_everywhere: receiptAnswer,
  }),
);
export type RevokedApiKeyAnswer = z.infer<typeof revokedApiKeyAnswer>;
