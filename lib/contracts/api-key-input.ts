import { z } from "zod";
import {
  maximumExpirationDays,
  maximumNotesLength,
  type PermissionLevel,
  permissionLevels,
} from "./api-keys";
import { displayName } from "./names";
import { permissionNames } from "./permission-catalog-input";
import { filterText } from "./query-values";

export const keyName = displayName(100);
export const environmentName = z
  .string({ error: "Enter an environment." })
  .regex(/^[a-z0-9_-]{1,30}$/, "Use 1 to 30 characters: a–z, 0–9, _ and -.");

const address = z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()], {
  error: "Each entry must be an IP address or a CIDR block such as 203.0.113.0/24.",
});
/** Line breaks and tabs are allowed, other control characters aren't. */
export const keyNotes = z
  .string({ error: "Enter text." })
  .trim()
  .max(maximumNotesLength, `At most ${maximumNotesLength.toLocaleString("en-US")} characters.`)
  .regex(/^(?:[\t\n\r]|\P{Cc})*$/u, "Control characters are not allowed.")
  .regex(/^\P{Cs}*$/u, "This text has a broken character.");
export const allowedIps = z.array(address).max(100, "At most 100 addresses.");
export const reportOnlyIps = allowedIps.min(1, "Enter at least one address.");
export const reportOnlyEnforceAt = z.iso
  .datetime({ offset: true, error: "Enter a date and time (RFC 3339)." })
  .nullish();
export const rateLimitPerMinute = z
  .int({ error: "Enter a whole number." })
  .min(1, "At least 1.")
  .max(1_000_000, "At most 1,000,000.");
export const expirationDays = z
  .int({ error: "Enter a whole number of days." })
  .min(1, "At least 1 day.")
  .max(maximumExpirationDays, `At most ${maximumExpirationDays} days.`);

const longestOverlapSeconds = 604_800;
export const defaultOverlapSeconds = 86_400;
/** How long the old key of a rotation keeps working. Null: until the rotation is finished, which only people can ask for. */
export const overlapSeconds = z
  .int({ error: "Enter a whole number of seconds." })
  .min(0, "At least 0 seconds.")
  .max(longestOverlapSeconds, `At most ${longestOverlapSeconds} seconds.`);

/** What the console sends to rotate a key. */
export const rotateApiKeyInput = z.strictObject({
  overlapSeconds: overlapSeconds.nullable(),
  permissionLevel: z.enum(permissionLevels, { error: "Choose read_only, read_write or custom." }).optional(),
  permissions: permissionNames.optional(),
});
export type RotateApiKeyInput = z.infer<typeof rotateApiKeyInput>;
export const moveOverlapInput = z.strictObject({ overlapSeconds: overlapSeconds.nullable() });
export const cancelRotationInput = z.strictObject({ force: z.boolean().default(false) });

/** What is wrong about a combination of level, names and the right to manage keys, or null. */
export function wrongPermissions(
  level: PermissionLevel,
  permissions: readonly string[] | undefined,
  canManageKeys: boolean | undefined,
): { field: "permissions" | "canManageKeys"; message: string } | null {
  if (level !== "custom")
    return permissions
      ? { field: "permissions", message: "Only custom keys have a list of permissions." }
      : null;
  if (!permissions) return { field: "permissions", message: "Choose at least one permission." };
  return canManageKeys
    ? { field: "canManageKeys", message: "A key with custom permissions can’t manage API keys." }
    : null;
}

/** `expiresInDays` and `expiresAt` exclude each other. With neither, the key never expires. */
export const createApiKeyInput = z
  .strictObject({
    name: keyName,
    permissionLevel: z.enum(permissionLevels, { error: "Choose read_only, read_write or custom." }),
    /** For custom only. */
    permissions: permissionNames.optional(),
    canManageKeys: z.boolean().optional(),
    environment: environmentName.optional(),
    expiresInDays: expirationDays.nullish(),
    expiresAt: z.iso.datetime({ offset: true, error: "Enter a date and time (RFC 3339)." }).nullish(),
    allowedIps: allowedIps.optional(),
    rateLimitPerMinute: rateLimitPerMinute.nullish(),
  })
  .refine((input) => input.expiresInDays == null || input.expiresAt == null, {
    path: ["expiresAt"],
    message: "Use either a number of days or a date, not both.",
  })
  .superRefine(({ permissionLevel, permissions, canManageKeys }, context) => {
    const wrong = wrongPermissions(permissionLevel, permissions, canManageKeys);
    if (wrong) context.addIssue({ code: "custom", path: [wrong.field], message: wrong.message });
  });
export type CreateApiKeyInput = z.infer<typeof createApiKeyInput>;

/** The console's input. Admins can create a key for a service member. `ownerId` defaults to the creator. */
export const createOwnedApiKeyInput = createApiKeyInput.safeExtend({ ownerId: filterText(64).optional() });
export type CreateOwnedApiKeyInput = z.infer<typeof createOwnedApiKeyInput>;

/** What the console may change about a key. Permissions are fixed at creation. */
export const revokeApiKeyInput = z.strictObject({
  /** Also the keys that it made, directly or not. */
  withCreatedKeys: z.boolean().default(false),
});

/** Why `report_only` is refused if it has a date alone. */
export const namesNoLimit = "Enter addresses or a rate limit.";

export const updateApiKeyInput = z
  .strictObject({
    name: keyName.optional(),
    disabled: z.boolean().optional(),
    expirationDays: expirationDays.optional(),
    expiresAt: z.iso.datetime({ offset: true, error: "Enter a date and time (RFC 3339)." }).nullish(),
    allowedIps: allowedIps.optional(),
    /** Null discards them. */
    reportOnly: z
      .strictObject({
        allowedIps: reportOnlyIps.optional(),
        rateLimitPerMinute: rateLimitPerMinute.optional(),
        enforceAt: reportOnlyEnforceAt,
      })
      .refine(({ allowedIps, rateLimitPerMinute }) => allowedIps ?? rateLimitPerMinute, namesNoLimit)
      .nullish(),
    rateLimitPerMinute: rateLimitPerMinute.nullish(),
    environment: environmentName.optional(),
    notes: keyNotes.optional(),
    mailNewCallers: z.boolean({ error: "Choose true or false." }).optional(),
  })
  .refine(({ expirationDays, expiresAt }) => expirationDays === undefined || expiresAt === undefined, {
    path: ["expiresAt"],
    message: "Use either a number of days or a date, not both.",
  });
export type UpdateApiKeyInput = z.infer<typeof updateApiKeyInput>;

/** Limits that the console tries on the access log before it sets them. */
export const previewLimitsInput = z.strictObject({
  allowedIps: allowedIps.optional(),
  rateLimitPerMinute: rateLimitPerMinute.nullish(),
});
export type PreviewLimitsInput = z.infer<typeof previewLimitsInput>;
