import type { CreateApiKeyInput } from "@/lib/contracts/api-key-input";
import { maximumExpirationDays } from "@/lib/contracts/api-keys";
import { roleMay } from "@/lib/contracts/permissions";
import type { Actor, MemberActor } from "../actor";
import { AppError, invalidField } from "../app-error";
import { recordAuditEvent } from "../audit/record-audit-event";
import type { ApiKey, Prisma } from "../generated/prisma/client";
import { newId } from "../new-id";
import { db, runtime } from "../runtime";
import { generateSecret, hashSecret, keyHint } from "./key-format";
import { successorOf } from "./successor";

export type NewApiKey = { key: ApiKey; secret: string };

const daySeconds = 86_400;

/**
 * Makes a key. Its secret is in the answer and nowhere else, ever: the row keeps a hash, a prefix and a suffix.
 * @param ownerId For the system only, who owns the key; a member owns what they make, and a key's maker's owner owns what it makes.
 * @throws AppError `insufficient_permissions` where the key could do more than its maker; `invalid_request` for an expiry in the past.
 */
export async function createApiKey(actor: Actor, input: CreateApiKeyInput, ownerId?: string): Promise<NewApiKey> {
  return db().$transaction((transaction) => insertApiKey(transaction, actor, input, ownerId));
}

/** The same inside a transaction of the caller's. */
export async function insertApiKey(transaction: Prisma.TransactionClient, actor: Actor, input: CreateApiKeyInput, ownerId?: string): Promise<NewApiKey> {
  const now = new Date();
  const wanted = actor.type === "key" ? successorOf(actor, input, now, runtime().env.rateLimitPerMinute) : asked(input, now);
  if (actor.type === "member") requireRoleFor(actor, input);
  const { apiKeyPrefix } = runtime().env;
  const secret = generateSecret(apiKeyPrefix);
  const key = await transaction.apiKey.create({
    data: {
      id: newId("key"),
      workspaceId: actor.workspaceId,
      ownerId: ownerOf(actor, ownerId),
      name: input.name,
      hash: Uint8Array.from(hashSecret(secret)),
      ...keyHint(secret, apiKeyPrefix),
      permissionLevel: input.permissionLevel,
      ...wanted,
      ...makerOf(actor),
    },
  });
  await recordCreation(transaction, actor, key);
  return { key, secret };
}

/** What a person or the operator asks for, as it will be stored. */
function asked(input: CreateApiKeyInput, now: Date) {
  return {
    canManageKeys: input.canManageKeys ?? false,
    environment: input.environment ?? "production",
    allowedIps: input.allowedIps ?? [],
    rateLimitPerMinute: input.rateLimitPerMinute ?? null,
    ...expiryOf(input, now),
  };
}

/** The moment of expiry and the duration that led to it; null for never. */
export function expiryOf(input: Pick<CreateApiKeyInput, "expiresInDays" | "expiresAt">, now: Date) {
  if (input.expiresInDays != null) return expiryAfter(input.expiresInDays * daySeconds, now);
  if (input.expiresAt == null) return { expiresAt: null, lifetimeSeconds: null };
  const seconds = Math.floor((new Date(input.expiresAt).getTime() - now.getTime()) / 1000);
  if (seconds <= 0) throw invalidField("expiresAt", "The expiry must lie in the future.");
  if (seconds > maximumExpirationDays * daySeconds) throw invalidField("expiresAt", `The expiry must lie within ${maximumExpirationDays} days.`);
  return { expiresAt: new Date(input.expiresAt), lifetimeSeconds: seconds };
}

export function expiryAfter(lifetimeSeconds: number, now: Date) {
  return { expiresAt: new Date(now.getTime() + lifetimeSeconds * 1000), lifetimeSeconds };
}

function requireRoleFor(actor: MemberActor, input: CreateApiKeyInput): void {
  if (input.permissionLevel === "read_write" && !roleMay(actor.role, "api_key.create_read_write")) {
    throw new AppError("insufficient_permissions", "Your role can make read-only keys.");
  }
  if (input.canManageKeys && !roleMay(actor.role, "api_key.create_managing")) {
    throw new AppError("insufficient_permissions", "Only admins can make keys that manage API keys.");
  }
}

function ownerOf(actor: Actor, ownerId: string | undefined): string {
  if (actor.type === "member") return actor.userId;
  if (actor.type === "key") return actor.ownerId;
  if (!ownerId) throw new Error("A key made by the system needs an owner.");
  return ownerId;
}

function makerOf(actor: Actor): Pick<ApiKey, "createdByType" | "createdById"> {
  if (actor.type === "member") return { createdByType: "user", createdById: actor.userId };
  if (actor.type === "key") return { createdByType: "key", createdById: actor.keyId };
  return { createdByType: "system", createdById: "system" };
}

async function recordCreation(transaction: Prisma.TransactionClient, actor: Actor, key: ApiKey): Promise<void> {
  const target = { type: "api_key", id: key.id, name: key.name } as const;
  await recordAuditEvent(transaction, actor, "api_key.created", target, {
    key: `${key.prefix}…${key.suffix}`,
    permissionLevel: key.permissionLevel,
    environment: key.environment,
    expiresAt: key.expiresAt?.toISOString() ?? null,
    allowedIps: key.allowedIps,
    rateLimitPerMinute: key.rateLimitPerMinute,
  });
  if (key.canManageKeys) await recordAuditEvent(transaction, actor, "api_key.manage_granted", target);
}
