import type { CreateApiKeyInput } from "@/lib/contracts/api-key-input";
import type { KeyMetadata } from "@/lib/contracts/api-keys";
import { defaultEnvironment } from "@/lib/contracts/environments";
import type { KeyPolicy } from "@/lib/contracts/key-policy";
import { generateSecret, hashSecret, keyHint } from "@/lib/engine/keys/key-format";
import { type Actor, actorReference, type MemberActor } from "../actor";
import { recordAuditEvent } from "../audit/record-audit-event";
import type { ApiKey, Prisma } from "../generated/prisma/client";
import { notifyApiKeyCreated } from "../mail/security-notices";
import { newId } from "../new-id";
import { db, runtime } from "../runtime";
import { personOf } from "../sessions/person";
import { requireStillManagesKeys } from "./key-access";
import { expiryWithin, readKeyPolicy, requireAddressesWithin } from "./key-policy";
import { lockKeyOwner } from "./lock-key-owner";
import { readCatalog, requireDeclared } from "./permission-catalog";
import { requireRoomForKey } from "./require-room-for-key";
import { successorOf } from "./successor";

/**
 * `ownerName` is included so that nothing has to be queried, and nothing can fail, between creating the key and
 * returning it.
 */
export type NewApiKey = { key: ApiKey; secret: string; ownerName: string };

/** Metadata and notes come from services and the operator only, which set them when a key is created. */
export type NewKeyInput = CreateApiKeyInput & {
  metadata?: KeyMetadata | undefined;
  notes?: string | undefined;
};

/**
 * Creates a key. The returned secret is not stored: the row keeps only a hash, a prefix, and a suffix.
 * @param ownerId The owner, if not the creator: see lockKeyOwner.
 * @throws AppError `insufficient_permissions` if the key could do more than its creator; `invalid_request` for an
 * expiry in the past and for what the workspace's key policy forbids; `conflict` if the workspace has reached its key limit.
 */
export async function createApiKey(actor: Actor, input: NewKeyInput, ownerId?: string): Promise<NewApiKey> {
  return db().$transaction((transaction) => insertApiKey(transaction, actor, input, ownerId));
}

/** Creates a key in the caller's transaction. */
export async function insertApiKey(
  transaction: Prisma.TransactionClient,
  actor: Actor,
  input: NewKeyInput,
  ownerId?: string,
): Promise<NewApiKey> {
  const now = new Date();
  const catalog = await readCatalog(transaction);
  requireDeclared(input.permissions ?? [], catalog);
  const { apiKeyPrefix } = runtime().env;
  const secret = generateSecret(apiKeyPrefix);
  await requireRoomForKey(transaction, actor.workspaceId);
  await requireStillManagesKeys(transaction, actor);
  const policy = await readKeyPolicy(transaction, actor.workspaceId);
  const fields =
    actor.type === "key"
      ? successorOf(actor, input, catalog, policy, now)
      : requestedFields(input, policy, now);
  requireAddressesWithin(policy, fields.allowedIps);
  const owner = await lockKeyOwner(transaction, actor, input, catalog, ownerId);
  const creator = actorReference(actor);
  const key = await transaction.apiKey.create({
    data: {
      id: newId("key"),
      workspaceId: actor.workspaceId,
      ownerId: owner.id,
      name: input.name,
      hash: Uint8Array.from(hashSecret(secret)),
      ...keyHint(secret, apiKeyPrefix),
      permissionLevel: input.permissionLevel,
      permissions: input.permissions ?? [],
      metadata: input.metadata ?? {},
      notes: input.notes ?? "",
      ...fields,
      createdAt: now,
      createdByType: creator.type,
      createdById: creator.id,
    },
  });
  await recordCreation(transaction, actor, key, owner, input);
  return { key, secret, ownerName: owner.name };
}

/** The fields that a person or the operator requested, with defaults. */
function requestedFields(input: CreateApiKeyInput, policy: KeyPolicy, now: Date) {
  return {
    canManageKeys: input.canManageKeys ?? false,
    environment: input.environment ?? defaultEnvironment,
    allowedIps: input.allowedIps ?? [],
    rateLimitPerMinute: input.rateLimitPerMinute ?? null,
    ...expiryWithin(policy, input, null, now),
  };
}

async function recordCreation(
  transaction: Prisma.TransactionClient,
  actor: Actor,
  key: ApiKey,
  owner: { id: string; name: string },
  input: NewKeyInput,
): Promise<void> {
  const target = { type: "api_key", id: key.id, name: key.name } as const;
  await recordAuditEvent(transaction, actor, "api_key.created", target, {
    key: `${key.prefix}…${key.suffix}`,
    ...(actor.type === "member" && owner.id === actor.userId ? {} : { owner: owner.name }),
    permissionLevel: key.permissionLevel,
    ...(input.metadata && { metadata: Object.keys(input.metadata) }),
    ...(key.permissions.length > 0 && { permissions: key.permissions }),
    environment: key.environment,
    expiresAt: key.expiresAt?.toISOString() ?? null,
    allowedIps: key.allowedIps,
    ...(key.reportOnlyIps.length > 0 && { reportOnlyIps: key.reportOnlyIps }),
    rateLimitPerMinute: key.rateLimitPerMinute,
    ...(key.reportOnlyRateLimit !== null && { reportOnlyRateLimit: key.reportOnlyRateLimit }),
  });
  if (actor.type === "member") await notifyCreator(transaction, actor, key, owner);
  if (key.canManageKeys) await recordAuditEvent(transaction, actor, "api_key.manage_granted", target);
}

/** Keys created by keys send no mail, because programs rotate every day. The audit log has them. */
async function notifyCreator(
  transaction: Prisma.TransactionClient,
  actor: MemberActor,
  key: ApiKey,
  owner: { id: string; name: string },
): Promise<void> {
  const { user, workspace } = await transaction.member.findUniqueOrThrow({
    where: { workspaceId_userId: { workspaceId: key.workspaceId, userId: actor.userId } },
    select: { user: { select: { email: true } }, workspace: { select: { name: true } } },
  });
  const where = owner.id === actor.userId ? workspace.name : `${workspace.name} for ${owner.name}`;
  await notifyApiKeyCreated(transaction, personOf(user), key, where, actor.origin);
}
