import { z } from "zod";
import { denialCodes } from "../access-logs";
import { permissionLevels } from "../api-keys";
import { roles } from "../permissions";
import { keyId, keyMetadataAnswer, rateLimitAnswer, timestamp, userId, workspaceId } from "./fields";
import { named } from "./named-schemas";

export const verifyAnswer = named(
  "Verdict",
  z.discriminatedUnion("valid", [
    named(
      "AllowedVerdict",
      z.object({
        valid: z.literal(true),
        code: z.literal("valid"),
        workspace_id: workspaceId,
        user_id: userId,
        role: z.enum(roles).meta({ description: "The owner's current role." }),
        external_workspace_id: z.string().nullable().meta({ description: "Your own id of the workspace." }),
        external_user_id: z.string().nullable().meta({ description: "Your own id of the owner." }),
        key_id: keyId,
        name: z.string(),
        permission_level: z.enum(permissionLevels),
        permissions: z.array(z.string()).meta({ description: "The declared permissions of the key." }),
        environment: z.string(),
        metadata: keyMetadataAnswer,
        expires_at: timestamp.nullable(),
        rate_limit: rateLimitAnswer,
      }),
    ),
    named(
      "DeniedVerdict",
      z.object({
        valid: z.literal(false),
        code: z.enum(denialCodes),
        message: z.string(),
        status: z.int().meta({ description: "The HTTP status to return to your client." }),
        key_id: keyId.optional().meta({ description: "Only if the key is known." }),
        rate_limit: rateLimitAnswer.optional(),
        retry_after_seconds: z.int().min(1).optional().meta({ description: "Only with status 429." }),
      }),
    ),
  ]),
);
export type VerifyAnswer = z.infer<typeof verifyAnswer>;

export const introspectAnswer = named(
  "Introspection",
  z.discriminatedUnion("active", [
    named(
      "ActiveToken",
      z.object({
        active: z.literal(true),
        token_type: z.literal("Bearer"),
        client_id: keyId,
        sub: userId.meta({ description: "The owner of the key." }),
        scope: z.string().meta({
          description:
            "`read` or `read write`, then `manage_keys` if granted, then the declared permissions of the key.",
        }),
        workspace_id: workspaceId,
        iat: z.int(),
        exp: z.int().optional().meta({ description: "Only if the key expires." }),
      }),
    ),
    named("InactiveToken", z.object({ active: z.literal(false) })),
  ]),
);
export type IntrospectAnswer = z.infer<typeof introspectAnswer>;

export const unkeyCodes = [
  "VALID",
  "NOT_FOUND",
  "DISABLED",
  "EXPIRED",
  "FORBIDDEN",
  "INSUFFICIENT_PERMISSIONS",
  "RATE_LIMITED",
  "USAGE_EXCEEDED",
] as const;
export type UnkeyCode = (typeof unkeyCodes)[number];

const unkeyMeta = z.object({ requestId: z.string() });

export const unkeyAnswer = named(
  "UnkeyVerification",
  z.object({
    meta: unkeyMeta,
    data: z.object({
      valid: z.boolean(),
      code: z.enum(unkeyCodes),
      keyId: keyId.optional(),
      name: z.string().optional(),
      enabled: z.boolean().optional(),
      expires: z.int().optional().meta({ description: "Unix time in milliseconds." }),
      permissions: z.array(z.string()).optional(),
      meta: z.record(z.string(), z.unknown()).optional().meta({ description: "The key's metadata." }),
      identity: z
        .object({ id: z.string(), externalId: z.string() })
        .optional()
        .meta({ description: "Your own id of the owner, if there is one." }),
      ratelimits: z
        .array(
          z.object({
            exceeded: z.boolean(),
            id: z.string(),
            name: z.string(),
            limit: z.int(),
            duration: z.int().meta({ description: "Milliseconds." }),
            reset: z.int().meta({ description: "Milliseconds until the full limit is available again." }),
            remaining: z.int(),
            autoApply: z.boolean(),
          }),
        )
        .optional(),
    }),
  }),
);
export type UnkeyAnswer = z.infer<typeof unkeyAnswer>;
