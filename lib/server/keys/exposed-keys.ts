import { type Origin, type SystemActor, systemActor } from "../actor";
import { recordAuditEvent } from "../audit/record-audit-event";
import { recordEventsEarly } from "../audit/record-events-early";
import { pauseForKeys } from "../events/pause-subscription";
import type { ApiKey, Prisma } from "../generated/prisma/client";
import { notifyApiKeyExposed } from "../mail/security-notices";
import { madeBy } from "./find-created-keys";
import { lockNewKeys } from "./require-room-for-key";

type Transaction = Prisma.TransactionClient;

/** How a key became known to others. */
export type Exposure = { origin: Origin; url: string | null };

/**
 * Revokes a key, because someone found its secret, and tells its owner and the admins. Every key that it made, directly or not, is
 * disabled until an admin decides, and every event subscription that one of them made or changed is paused: the person who had the secret may have
 * made it. A revoked key stays as it is.
 */
export async function exposeKey(
  transaction: Transaction,
  key: ApiKey,
  { origin, url }: Exposure,
): Promise<void> {
  // Keys that this one is creating now are committed first, and disabled below; later it can't create any.
  await lockNewKeys(transaction, key.workspaceId);
  const now = new Date();
  // Compare and set: of concurrent reports, only one revokes the key and sends mail.
  const { count } = await transaction.apiKey.updateMany({
    where: { id: key.id, workspaceId: key.workspaceId, revokedAt: null },
    data: { revokedAt: now, exposedAt: now, exposedUrl: url },
  });
  if (count === 0) return;
  const actor: SystemActor = { ...systemActor(key.workspaceId, "Leak report"), origin };
  const target = { type: "api_key", id: key.id, name: key.name } as const;
  await recordAuditEvent(
    transaction,
    actor,
    "api_key.exposed",
    target,
    url === null ? {} : { found_at: url },
  );
  const disabled = await disableDescendants(transaction, actor, key);
  const made = await transaction.$queryRaw<{ id: string }[]>`
    WITH RECURSIVE ${madeBy(key.workspaceId, [key.id])} SELECT id FROM made`;
  await pauseForKeys(transaction, key.workspaceId, [key.id, ...made.map(({ id }) => id)], "key_exposed");
  await notifyPeople(transaction, key, { disabled, url });
  await recordEventsEarly(transaction);
}

async function disableDescendants(
  transaction: Transaction,
  actor: SystemActor,
  key: ApiKey,
): Promise<number> {
  const disabled = await transaction.$queryRaw<{ id: string; name: string }[]>`
    WITH RECURSIVE ${madeBy(key.workspaceId, [key.id])}
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

async function notifyPeople(
  transaction: Transaction,
  key: ApiKey,
  found: { disabled: number; url: string | null },
): Promise<void> {
  const { members, ...workspace } = await transaction.workspace.findUniqueOrThrow({
    where: { id: key.workspaceId },
    select: {
      name: true,
      slug: true,
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
      await notifyApiKeyExposed(transaction, { id: user.id, email: user.email }, key, workspace, found);
}
