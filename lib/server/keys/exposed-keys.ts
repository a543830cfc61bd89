import { hashOfSecret, hashSecret } from "@/lib/engine/keys/key-format";
import { type Origin, type SystemActor, systemActor } from "../actor";
import { recordAuditEvent } from "../audit/record-audit-event";
import type { ApiKey, Prisma } from "../generated/prisma/client";
import { notifyApiKeyExposed } from "../mail/security-notices";
import { db, runtime } from "../runtime";
import { lockNewKeys } from "./require-room-for-key";

type Transaction = Prisma.TransactionClient;

/**
 * Revokes the keys among these secrets, because someone found them, and tells their owners and the admins. Every key that such a
 * key made, directly or not, is disabled until an admin decides: whoever had the secret may have made it. Other texts and revoked
 * keys are ignored, and the caller can't tell what was known.
 */
export async function revokeExposedKeys(secrets: readonly string[], origin: Origin): Promise<void> {
  const hashes = hashesOf(secrets);
  if (hashes.length === 0) return;
  const keys = await db().apiKey.findMany({ where: { hash: { in: hashes }, revokedAt: null } });
  for (const key of keys) await db().$transaction((transaction) => expose(transaction, key, origin));
}

/** Those of these texts that are secrets of keys, revoked or not. Only for callers who may know that. */
export async function findKnownSecrets(texts: readonly string[]): Promise<Set<string>> {
  const rows = await db().apiKey.findMany({
    where: { hash: { in: hashesOf(texts) } },
    select: { hash: true },
  });
  const known = new Set(rows.map(({ hash }) => Buffer.from(hash).toString("hex")));
  return new Set(texts.filter((text) => known.has(hashOfSecret(text))));
}

function hashesOf(texts: readonly string[]): Uint8Array<ArrayBuffer>[] {
  const { keyFormats } = runtime().engine;
  return [...new Set(texts)]
    .filter((text) => keyFormats.fits(text))
    .map((text) => Uint8Array.from(hashSecret(text)));
}

async function expose(transaction: Transaction, key: ApiKey, origin: Origin): Promise<void> {
  // Keys that this one is creating now are committed first, and disabled below; later it can't create any.
  await lockNewKeys(transaction, key.workspaceId);
  const now = new Date();
  // Compare and set: of concurrent reports, only one revokes the key and sends mail.
  const { count } = await transaction.apiKey.updateMany({
    where: { id: key.id, workspaceId: key.workspaceId, revokedAt: null },
    data: { revokedAt: now, exposedAt: now },
  });
  if (count === 0) return;
  const actor: SystemActor = { ...systemActor(key.workspaceId, "Leak report"), origin };
  const target = { type: "api_key", id: key.id, name: key.name } as const;
  await recordAuditEvent(transaction, actor, "api_key.exposed", target);
  const disabled = await disableDescendants(transaction, actor, key);
  await notifyPeople(transaction, key, disabled);
}

async function disableDescendants(
  transaction: Transaction,
  actor: SystemActor,
  key: ApiKey,
): Promise<number> {
  const disabled = await transaction.$queryRaw<{ id: string; name: string }[]>`
    WITH RECURSIVE made AS (
      SELECT id FROM api_keys
      WHERE workspace_id = ${key.workspaceId} AND created_by_type = 'key' AND created_by_id = ${key.id}
      UNION
      SELECT next.id FROM api_keys next
      JOIN made ON next.workspace_id = ${key.workspaceId} AND next.created_by_type = 'key' AND next.created_by_id = made.id
    )
    UPDATE api_keys SET disabled_at = coalesce(disabled_at, now()), disabled_by_type = 'system', disabled_by_id = 'system',
      disabled_by_admin = true
    WHERE id IN (SELECT id FROM made) AND workspace_id = ${key.workspaceId} AND revoked_at IS NULL AND NOT disabled_by_admin
    RETURNING id, name`;
  for (const { id, name } of disabled)
    await recordAuditEvent(
      transaction,
      actor,
      "api_key.disabled",
      { type: "api_key", id, name },
      { because: `the key that made it, ${key.name}, was reported as leaked` },
    );
  return disabled.length;
}

async function notifyPeople(transaction: Transaction, key: ApiKey, disabled: number): Promise<void> {
  const { name: workspace, members } = await transaction.workspace.findUniqueOrThrow({
    where: { id: key.workspaceId },
    select: {
      name: true,
      members: {
        where: {
          suspendedAt: null,
          OR: [{ userId: key.ownerId }, { role: { in: ["owner", "admin"] } }],
          user: { email: { not: null } },
        },
        select: { user: { select: { id: true, email: true } } },
      },
    },
  });
  for (const { user } of members)
    if (user.email !== null)
      await notifyApiKeyExposed(transaction, { id: user.id, email: user.email }, key, workspace, disabled);
}
