import { z } from "zod";
import {
  allowedIps,
  defaultOverlapSeconds,
  environmentName,
  expirationDays,
  keyName,
  keyNotes,
  namesNoLimit,
  overlapSeconds,
  rateLimitPerMinute,
  reportOnlyEnforceAt,
  reportOnlyIps,
  wrongPermissions,
} from "./api-key-input";
import { keyStatuses, permissionLevels } from "./api-keys";
import { permissionNames } from "./permission-catalog-input";

/** POST /auth/api-keys (docs/http-api.md, 3.1). */
export const publicCreateApiKeyInput = z
  .strictObject({
    name: keyName,
    permission_level: z.enum(permissionLevels, { error: "Choose read_only, read_write or custom." }),
    permissions: permissionNames.optional(),
    can_manage_keys: z.boolean().optional(),
    environment: environmentName.optional(),
    expires_in_days: expirationDays.nullish(),
    expires_at: z.iso.datetime({ offset: true, error: "Enter a date and time (RFC 3339)." }).nullish(),
    allowed_ips: allowedIps.optional(),
    rate_limit_per_minute: rateLimitPerMinute.nullish(),
  })
  .refine((input) => input.expires_in_days == null || input.expires_at == null, {
    path: ["expires_at"],
    message: "Give either days or a date, not both.",
  })
  .superRefine(({ permission_level, permissions, can_manage_keys }, context) => {
    const wrong = wrongPermissions(permission_level, permissions, can_manage_keys);
    const path = wrong?.field === "canManageKeys" ? "can_manage_keys" : "permissions";
    if (wrong) context.addIssue({ code: "custom", path: [path], message: wrong.message });
  });

/** PATCH and PUT /auth/api-keys/{key_id}. */
export const publicUpdateApiKeyInput = z.strictObject({
  name: keyName.optional(),
  expiration_days: expirationDays.optional(),
  disabled: z.boolean().optional(),
  allowed_ips: allowedIps.optional(),
  report_only: z
    .strictObject({
      allowed_ips: reportOnlyIps.optional(),
      rate_limit_per_minute: rateLimitPerMinute.optional(),
      enforce_at: reportOnlyEnforceAt,
    })
    .refine((limits) => limits.allowed_ips ?? limits.rate_limit_per_minute, namesNoLimit)
    .nullish()
    .meta({ description: "Stricter limits to be enforced later, all of them. null discards them." }),
  rate_limit_per_minute: rateLimitPerMinute.nullish(),
  environment: environmentName.optional(),
  notes: keyNotes.optional(),
  permission_level: z
    .never({ error: "Permissions are fixed at creation. Create another key instead." })
    .optional(),
});

/** POST /auth/api-keys/{key_id}/rotate. */
export const publicRotateApiKeyInput = z.strictObject({
  overlap_seconds: overlapSeconds.default(defaultOverlapSeconds),
  permission_level: z.enum(permissionLevels, { error: "Choose read_only, read_write or custom." }).optional(),
  permissions: permissionNames.optional(),
});

/** PATCH /auth/api-keys/{key_id}/rotation. */
export const publicMoveOverlapInput = z.strictObject({ overlap_seconds: overlapSeconds });

/** DELETE /auth/api-keys/{key_id}. */
export const publicRevokeQuery = z.strictObject({
  with_created_keys: z
    .enum(["0", "1"], { error: "Use 0 or 1." })
    .optional()
    .meta({ description: "1: also revokes every key that it made, directly or not." }),
});

/** DELETE /auth/api-keys/{key_id}/rotation. */
export const publicCancelRotationQuery = z.strictObject({
  force: z.enum(["0", "1"], { error: "Use 0 or 1." }).optional(),
});

/** GET /auth/api-keys. */
export const publicListApiKeysQuery = z.strictObject({
  status: z.enum([...keyStatuses, "all"]).default("active"),
  limit: z.coerce
    .number({ error: "Enter a number." })
    .int("Enter a whole number.")
    .min(1, "At least 1.")
    .max(100, "At most 100.")
    .default(20),
  offset: z.coerce
    .number({ error: "Enter a number." })
    .int("Enter a whole number.")
    .min(0, "At least 0.")
    .max(1_000_000_000)
    .default(0),
});

/** Idempotency-Key: printable ASCII, at most 255 characters. */
export const idempotencyKey = z.string().regex(/^[\x21-\x7e]{1,255}$/, "Use 1 to 255 printable characters.");
