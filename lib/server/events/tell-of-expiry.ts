import type { Prisma } from "../generated/prisma/client";
import { db } from "../runtime";

type Reminder = { keyId: string; expiresAt: Date; kind: string };

/** Keys in one statement. */
const mostKeys = 100;

/** Records an event for each of these reminders, in the transaction that writes the reminder. */
export async function tellOfExpiringKeys(
  transaction: Prisma.TransactionClient,
  reminders: readonly Reminder[],
): Promise<void> {
  if (reminders.length === 0) return;
  const ids = reminders.map(({ keyId }) => keyId);
  const kinds = reminders.map(({ kind }) => kind);
  await transaction.$executeRaw`
    SELECT events.record(k.workspace_id, 'api_key.expiring', k.id, k.environment, json_build_object(
      'key', events.key_facts(k.id), 'expiresAt', events.format_time(k.expires_at), 'when', r.kind))
    FROM unnest(${ids}::text[], ${kinds}::text[]) AS r (id, kind) JOIN api_keys k ON k.id = r.id`;
}

/**
 * Records an event for each key that expired, once for each expiry, by all instances together: a row beside the reminders says that it
 * was told. Revoked keys don't expire. Left out is what expired before the workspace had a subscription, or more than 24 hours ago,
 * because no instance ran.
 * @param at The time to judge by, if not the database's.
 */
export async function tellOfExpiredKeys(at: Date | null = null): Promise<void> {
  let found = mostKeys;
  while (found >= mostKeys) {
    const told = await db().$queryRaw<unknown[]>`
      WITH moment AS MATERIALIZED (SELECT coalesce(${at}::timestamptz, clock_timestamp()) AS now),
      told AS (
        INSERT INTO api_key_reminders (key_id, expires_at, kind)
        SELECT k.id, k.expires_at, 'expired' FROM api_keys k
        WHERE k.expires_at <= (SELECT now FROM moment) AND k.expires_at > (SELECT now FROM moment) - interval '24 hours'
          AND k.revoked_at IS NULL
          AND EXISTS (SELECT FROM event_subscriptions s WHERE s.workspace_id = k.workspace_id AND s.created_at <= k.expires_at)
          AND NOT EXISTS (SELECT FROM api_key_reminders r
            WHERE (r.key_id, r.expires_at, r.kind) = (k.id, k.expires_at, 'expired'))
        -- In a fixed order, to avoid deadlocks between instances.
        ORDER BY k.id LIMIT ${mostKeys}
        ON CONFLICT DO NOTHING
        RETURNING key_id, expires_at
      )
      SELECT events.record(k.workspace_id, 'api_key.expired', k.id, k.environment,
        json_build_object('key', events.key_facts(k.id), 'expiresAt', events.format_time(told.expires_at)))
      FROM told JOIN api_keys k ON k.id = told.key_id`;
    found = told.length;
  }
}
