import { z } from "zod";
import { permissionLevels } from "../api-keys";
import { roles } from "../permissions";
import { keyId, rateLimitAnswer, timestamp, userId, workspaceId } from "./fields";
import { named } from "./named-schemas";

export const meAnswer = named(
  "Me",
  z.object({
    workspace: z.object({ id: workspaceId, name: z.string() }),
    user: z
      .object({ id: userId, role: z.enum(roles) })
      .meta({ description: "The owner of the key, and their current role." }),
    key: z.object({
      key_id: keyId,
      name: z.string(),
      key_prefix: z.string().meta({ description: "The first characters of the secret." }),
      key_suffix: z.string().meta({ description: "The last four characters of the secret." }),
      permission_level: z
        .enum(permissionLevels)
        .meta({ description: "What the key can do now, never more than its owner's role allows." }),
      permissions: z
        .array(z.string())
        .meta({ description: "The declared permissions that the key has now." }),
      can_manage_keys: z.boolean(),
      environment: z.string(),
      expires_at: timestamp.nullable(),
    }),
    rate_limit: rateLimitAnswer,
    quotas: z.array(
      z.object({
        meter: z.string(),
        limit: z.int().min(0),
        used: z.int().min(0),
        resets_at: timestamp,
      }),
    ),
  }),
);
