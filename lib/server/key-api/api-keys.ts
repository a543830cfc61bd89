import type { z } from "zod";
import type { CreateApiKeyInput } from "@/lib/contracts/api-key-input";
import { AppError, invalidField, isAppError } from "@/lib/contracts/app-error";
import type { ApiKeyAnswer } from "@/lib/contracts/http-api/api-keys";
import {
  idempotencyKey,
  type publicCreateApiKeyInput,
  type publicRotateApiKeyInput,
  type publicUpdateApiKeyInput,
} from "@/lib/contracts/public-api-key-input";
import type { Actor, KeyActor, SystemActor } from "../actor";
import { parseInput } from "../http/read-body";
import { changeApiKey, type KeyChange } from "../keys/change-api-key";
import { createApiKeyOnce } from "../keys/idempotent-creation";
import { requireVisibleKey } from "../keys/key-access";
import { findListedKeys, listApiKeyPage } from "../keys/list-api-key-page";
import { refuseSecret } from "../keys/refuse-secret";
import { revokeApiKey as revokeKey, revokeWithCreatedKeys } from "../keys/revoke-api-key";
import { type RotateInput, type Rotation, rotateApiKey as rotateKey } from "../keys/rotate-api-key";
import { cancelRotation, moveOverlap } from "../keys/rotation";
import { db } from "../runtime";
import { apiKeyJson, newApiKeyJson, receiptJson, revokedApiKeyJson } from "./api-key-json";
import type { KeyRequest, KeyRouteHandler } from "./key-request";

export const createApiKey: KeyRouteHandler<"createApiKey"> = async ({ request, body, actor }) => {
  const { key, secret, ownerName } = await createApiKeyOnce(
    actor,
    creationOf(body),
    idempotencyKeyOf(request),
  ).catch(renameFields);
  return newApiKeyJson(key, ownerName, secret);
};

export const listApiKeys: KeyRouteHandler<"listApiKeys"> = async ({ query, actor }) => {
  const { status, limit, offset } = query;
  const { keys, total } = await listApiKeyPage(actor, { status, limit, offset });
  return { keys: keys.map(apiKeyJson), total, limit, offset };
};

export const getApiKey: KeyRouteHandler<"getApiKey"> = async ({ actor, params }) =>
  keyResponse(actor, keyIdOf(params, actor));

export const updateApiKey: KeyRouteHandler<"updateApiKey"> = async ({ body, actor, params }) => {
  const keyId = keyIdOf(params, actor);
  await changeApiKey(actor, keyId, changeOf(body)).catch(renameFields);
  return keyResponse(actor, keyId);
};

export const revokeApiKey: KeyRouteHandler<"revokeApiKey"> = async ({ query, actor, params }) =>
  revoked(actor, keyIdOf(params, actor), query.with_created_keys === "1");

export const rotateApiKey: KeyRouteHandler<"rotateApiKey"> = async ({ request, body, actor, params }) => {
  const keyId = keyIdOf(params, actor);
  return rotatedJson(
    await rotateKey(actor, keyId, rotationOf(body), idempotencyKeyOf(request)).catch(renameFields),
  );
};

export const moveApiKeyOverlap: KeyRouteHandler<"moveApiKeyOverlap"> = async ({ body, actor, params }) => {
  const keyId = keyIdOf(params, actor);
  await moveOverlap(actor, keyId, body.overlap_seconds);
  return keyResponse(actor, keyId);
};

export const cancelApiKeyRotation: KeyRouteHandler<"cancelApiKeyRotation"> = async ({
  query,
  actor,
  params,
}) => {
  const keyId = keyIdOf(params, actor);
  const { successorId, rejectedEverywhere } = await cancelRotation(actor, keyId, query.force === "1");
  return {
    ...(await keyResponse(actor, keyId)),
    revoked_key_id: successorId,
    rejected_everywhere: receiptJson(rejectedEverywhere),
  };
};

/** The input of the domain, whose fields are in camelCase. */
export function creationOf(body: z.output<typeof publicCreateApiKeyInput>): CreateApiKeyInput {
  return {
    name: body.name,
    permissionLevel: body.permission_level,
    permissions: body.permissions,
    canManageKeys: body.can_manage_keys,
    environment: body.environment,
    expiresInDays: body.expires_in_days,
    expiresAt: body.expires_at,
    allowedIps: body.allowed_ips,
    rateLimitPerMinute: body.rate_limit_per_minute,
  };
}

export function changeOf(body: z.output<typeof publicUpdateApiKeyInput>): KeyChange {
  const { report_only: reportOnly } = body;
  return {
    name: body.name,
    disabled: body.disabled,
    expirationDays: body.expiration_days,
    allowedIps: body.allowed_ips,
    reportOnly: reportOnly && {
      allowedIps: reportOnly.allowed_ips,
      rateLimitPerMinute: reportOnly.rate_limit_per_minute,
      enforceAt: reportOnly.enforce_at,
    },
    rateLimitPerMinute: body.rate_limit_per_minute,
    environment: body.environment,
    notes: body.notes,
  };
}

export async function revoked(actor: Actor, keyId: string, withCreatedKeys: boolean) {
  const revocation = withCreatedKeys
    ? await revokeWithCreatedKeys(actor, keyId)
    : await revokeKey(actor, keyId);
  return revokedApiKeyJson(revocation);
}

export function rotationOf(
  body: Omit<z.output<typeof publicRotateApiKeyInput>, "overlap_seconds"> & {
    overlap_seconds: number | null;
  },
): RotateInput {
  return {
    overlapSeconds: body.overlap_seconds,
    permissionLevel: body.permission_level,
    permissions: body.permissions,
  };
}

export async function rotatedJson({ key, ownerName, secret, rotatedFrom, previousExpiresAt }: Rotation) {
  return {
    ...(await newApiKeyJson(key, ownerName, secret)),
    rotated_from: rotatedFrom,
    previous_expires_at: previousExpiresAt?.toISOString() ?? null,
  };
}

/** `current` stands for the calling key. */
function keyIdOf(params: KeyRequest["params"], actor: KeyActor): string {
  return params.key_id === "current" ? actor.keyId : (params.key_id as string);
}

export async function keyResponse(actor: KeyActor | SystemActor, keyId: string): Promise<ApiKeyAnswer> {
  await requireVisibleKey(db(), actor, keyId);
  const [listed] = await findListedKeys(actor.workspaceId, [keyId]);
  if (!listed) throw new Error(`API key ${keyId} was found and then missing.`);
  return apiKeyJson(listed);
}

/** Translates field names in errors from camelCase (`expiresAt`) to the snake_case of this API (`expires_at`). */
export function renameFields(error: unknown): never {
  if (!isAppError(error) || !error.fields) throw error;
  const renamed = Object.entries(error.fields).map(([field, message]) => [
    field.replace(/(?<=[a-z])[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
    message,
  ]);
  throw new AppError(error.code, error.message, { fields: Object.fromEntries(renamed) });
}

export function idempotencyKeyOf(request: Request): string | null {
  const header = request.headers.get("idempotency-key");
  if (header === null) return null;
  refuseSecret("Idempotency-Key", header);
  try {
    return parseInput(header, idempotencyKey);
  } catch {
    throw invalidField("Idempotency-Key", "Use 1 to 255 printable characters.");
  }
}
