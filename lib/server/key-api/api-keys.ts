import type { CreateApiKeyInput } from "@/lib/contracts/api-key-input";
import { AppError, invalidField, isAppError } from "@/lib/contracts/app-error";
import {
  idempotencyKey,
  publicCreateApiKeyInput,
  publicListApiKeysQuery,
  publicRotateApiKeyInput,
  publicUpdateApiKeyInput,
} from "@/lib/contracts/public-api-key-input";
import { parseInput, readBody, readQuery } from "../http/read-body";
import { changeApiKey } from "../keys/change-api-key";
import { createApiKeyOnce } from "../keys/idempotent-creation";
import { findListedKeys, pageOfApiKeys } from "../keys/page-of-api-keys";
import { refuseSecret } from "../keys/refuse-secret";
import { revokeApiKey } from "../keys/revoke-api-key";
import { rotateApiKey } from "../keys/rotate-api-key";
import { requireSeenKey } from "../keys/sight";
import { db } from "../runtime";
import { apiKeyJson, newApiKeyJson, receiptJson } from "./api-key-json";
import type { KeyRouteHandler, KeyVisit } from "./key-visit";

export const createKey: KeyRouteHandler = async ({ request, actor }) => {
  const body = await readBody(request, publicCreateApiKeyInput);
  const input: CreateApiKeyInput = {
    name: body.name,
    permissionLevel: body.permission_level,
    canManageKeys: body.can_manage_keys,
    environment: body.environment,
    expiresInDays: body.expires_in_days,
    expiresAt: body.expires_at,
    allowedIps: body.allowed_ips,
    rateLimitPerMinute: body.rate_limit_per_minute,
  };
  const { key, secret, ownerName } = await createApiKeyOnce(actor, input, onceOf(request)).catch(
    sayInWireNames,
  );
  return Response.json(await newApiKeyJson(key, ownerName, secret));
};

export const listKeys: KeyRouteHandler = async ({ url, actor }) => {
  const { status, limit, offset } = readQuery(url, publicListApiKeysQuery);
  const { keys, total } = await pageOfApiKeys(actor, { status, limit, offset });
  return Response.json({
    keys: keys.map(apiKeyJson),
    total,
    limit,
    offset,
  });
};

export const getKey: KeyRouteHandler = async (visit) => keyAnswer(visit, keyIdOf(visit));

export const updateKey: KeyRouteHandler = async (visit) => {
  const body = await readBody(visit.request, publicUpdateApiKeyInput);
  const change = { name: body.name, disabled: body.disabled, expirationDays: body.expiration_days };
  await changeApiKey(visit.actor, keyIdOf(visit), change);
  return keyAnswer(visit, keyIdOf(visit));
};

export const revokeKey: KeyRouteHandler = async (visit) => {
  const { key, rejectedEverywhere } = await revokeApiKey(visit.actor, keyIdOf(visit));
  return Response.json({
    key_id: key.id,
    status: "revoked",
    revoked_at: key.revokedAt.toISOString(),
    rejected_everywhere: receiptJson(rejectedEverywhere),
  });
};

export const rotateKey: KeyRouteHandler = async (visit) => {
  const { overlap_seconds } = await readBody(visit.request, publicRotateApiKeyInput);
  const rotation = await rotateApiKey(visit.actor, keyIdOf(visit), overlap_seconds, onceOf(visit.request));
  return Response.json({
    ...(await newApiKeyJson(rotation.key, rotation.ownerName, rotation.secret)),
    rotated_from: rotation.rotatedFrom,
    previous_expires_at: rotation.previousExpiresAt.toISOString(),
  });
};

/** `current` stands for the calling key. */
function keyIdOf({ params, actor }: KeyVisit): string {
  return params.keyId === "current" ? actor.keyId : (params.keyId as string);
}

async function keyAnswer({ actor }: KeyVisit, keyId: string): Promise<Response> {
  await requireSeenKey(db(), actor, keyId);
  const [listed] = await findListedKeys(actor.workspaceId, [keyId]);
  if (!listed) throw new Error("A key that was just seen is gone.");
  return Response.json(apiKeyJson(listed));
}

/** What the domain says of `expiresAt`, this API says of `expires_at`. Fields that a client made up keep their names. */
function sayInWireNames(error: unknown): never {
  if (!isAppError(error) || !error.fields) throw error;
  const renamed = Object.entries(error.fields).map(([field, message]) => [
    field.replace(/(?<=[a-z])[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
    message,
  ]);
  throw new AppError(error.code, error.message, { fields: Object.fromEntries(renamed) });
}

/** The request's Idempotency-Key; null where it has none. */
function onceOf(request: Request): string | null {
  const header = request.headers.get("idempotency-key");
  if (header === null) return null;
  refuseSecret("Idempotency-Key", header);
  try {
    return parseInput(header, idempotencyKey);
  } catch {
    throw invalidField("Idempotency-Key", "Use 1 to 255 printable characters.");
  }
}
