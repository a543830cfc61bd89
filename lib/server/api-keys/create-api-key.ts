import type { CreateApiKeyInput } from "@/lib/contracts/api-key-input";
import { roleMay } from "@/lib/contracts/permissions";
import type { Actor, MemberActor } from "../actor";
import { AppError } from "../app-error";
import { recordAuditEvent } from "../audit/record-audit-event";
import type { ApiKey, Prisma } from "../generated/prisma/client";
import { noticeApiKeyCreated } from "../mail/security-notices";
import { newId } from "../new-id";
import { db, runtime } from "../runtime";
import { expiryOf } from "./expiry";
import { generateSecret, hashSecret, keyHint } from "./key-format";
import { successorOf } from "./successor";

export type NewApiKey = { key: ApiKey; secret: string };

/**
 * Makes a key. Its secret is in the answer and nowhere else, ever: the row keeps a hash, a prefix and a suffix.
 * @param ownerId For the system only, who owns the key; a member owns what they make, and a key's maker's owner owns what it makes.
 * @throws AppError `insufficient_permissions` where the key could do more than its maker; `invalid_request` for an expiry in the past.
 */
export async function createApiKey(
  actor: Actor,
  input: CreateApiKeyInput,
  ownerId?: string,
): Promise<NewApiKey> {
  return db().$transaction((transaction) => insertApiKey(transaction, actor, input, ownerId));
}

/** The same inside a transaction of the caller's. */
export async function insertApiKey(
  transaction: Prisma.TransactionClient,
  actor: Actor,
  input: CreateApiKeyInput,
  ownerId?: string,
): Promise<NewApiKey> {
  const now = new Date();
  const wanted = actor.type === "key" ? successorOf(actor, input, now) : asked(input, now);
  if (actor.type === "member") requireRoleFor(actor, input);
  const { apiKeyPrefix } = runtime().env;
  const secret = generateSecret(apiKeyPrefix);
  const owner = ownerOf(actor, ownerId);
  await requireMember(transaction, actor.workspaceId, owner);
  const key = await transaction.apiKey.create({
    data: {
      id: newId("key"),
      workspaceId: actor.workspaceId,
      ownerId: owner,
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

/** Locks the owner's membership until the key is there: a removal under way sees the key, or the key is not made. */
async function requireMember(
  transaction: Prisma.TransactionClient,
  workspaceId: string,
  userId: string,
): Promise<void> {
  const count = await transaction.$executeRaw`
    SELECT 1 FROM members WHERE workspace_id = ${workspaceId} AND user_id = ${userId} FOR SHARE`;
  if (count === 0)
    throw new AppError("insufficient_permissions", "Only a member of the workspace can own its API keys.");
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

async function recordCreation(
  transaction: Prisma.TransactionClient,
  actor: Actor,
  key: ApiKey,
): Promise<void> {
  const target = { type: "api_key", id: key.id, name: key.name } as const;
  await recordAuditEvent(transaction, actor, "api_key.created", target, {
    key: `${key.prefix}…${key.suffix}`,
    permissionLevel: key.permissionLevel,
    environment: key.environment,
    expiresAt: key.expiresAt?.toISOString() ?? null,
    allowedIps: key.allowedIps,
    rateLimitPerMinute: key.rateLimitPerMinute,
  });
  if (actor.type === "member") await tellOwner(transaction, actor, key);
  if (key.canManageKeys) await recordAuditEvent(transaction, actor, "api_key.manage_granted", target);
}

/** A key made by a key is in the audit log alone: programs rotate every day. */
async function tellOwner(
  transaction: Prisma.TransactionClient,
  actor: MemberActor,
  key: ApiKey,
): Promise<void> {
  const { user, workspace } = await transaction.member.findUniqueOrThrow({
    where: { workspaceId_userId: { workspaceId: key.workspaceId, userId: key.ownerId } },
    select: { user: { select: { email: true } }, workspace: { select: { name: true } } },
  });
  await noticeApiKeyCreated(transaction, user, key, workspace.name, actor.origin);
}
