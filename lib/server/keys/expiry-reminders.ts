import { tellOfExpiringKeys } from "../events/tell-of-expiry";
import type { Prisma } from "../generated/prisma/client";
import {
  type ExpiringKey,
  notifyKeysExpire,
  notifyOverlapEnds,
  type OldKeyCaller,
} from "../mail/expiry-notices";
import { db } from "../runtime";
import { findRecipients } from "./reminder-recipients";

type Transaction = Prisma.TransactionClient;
type Due = { keyId: string; expiresAt: Date; kind: string };

/** Keys in one transaction, which may be in as many workspaces. */
const mostKeys = 100;
/** Callers that a mail names. */
const mostCallers = 5;
const timeoutMs = 60_000;

/**
 * Mails the owners and admins of keys that expire in 7 days, in a day, or today, and those of old keys that are still used shortly
 * before their overlap ends. Each reminder is sent once by all instances together: its row is written in the transaction that queues
 * the mail, and the event with it. If several became due while no instance ran, only the last one is sent.
 * @param at The time to judge by, if not the database's.
 */
export async function remindOfExpiry(at: Date | null = null): Promise<void> {
  let found = mostKeys;
  while (found >= mostKeys)
    found = await db().$transaction((transaction) => remindOfSome(transaction, at), { timeout: timeoutMs });
}

/** @returns How many reminders were due. */
async function remindOfSome(transaction: Transaction, at: Date | null): Promise<number> {
  const now = at ?? (await databaseTime(transaction));
  const due = [...(await findExpiring(transaction, now)), ...(await findEndingOverlaps(transaction, now))];
  if (due.length === 0) return 0;
  const claimed = await claim(transaction, due);
  await tellOfExpiringKeys(
    transaction,
    claimed.filter(({ kind }) => kind !== "overlap"),
  );
  await sendReminders(transaction, claimed, now);
  return due.length;
}

/** Two days after their expiry, nothing is told of it any more. See tellOfExpiredKeys. */
export async function deleteOldReminders(): Promise<void> {
  await db().$executeRaw`DELETE FROM api_key_reminders WHERE expires_at < now() - interval '48 hours'`;
}

async function databaseTime(transaction: Transaction): Promise<Date> {
  const [row] = await transaction.$queryRaw<{ now: Date }[]>`SELECT clock_timestamp() AS now`;
  return (row as { now: Date }).now;
}

/**
 * The latest reminder that is due for each key, unless it was sent. On the day means the UTC day of the expiry, and at most twelve
 * hours before. A reminder that would have been due before the expiry was set is left out: a new key for a week isn't reminded of
 * immediately. Keys that are blocked for another reason are left out, until they aren't any more.
 */
function findExpiring(transaction: Transaction, now: Date): Promise<Due[]> {
  return transaction.$queryRaw<Due[]>`
    SELECT * FROM (
      SELECT DISTINCT ON (k.id) k.id AS "keyId", k.expires_at AS "expiresAt", r.kind
      FROM api_keys k
      JOIN workspaces w ON w.id = k.workspace_id AND w.api_access
      JOIN members m ON m.workspace_id = k.workspace_id AND m.user_id = k.owner_id AND m.suspended_at IS NULL
      CROSS JOIN LATERAL (VALUES
        ('week', k.expires_at - interval '168 hours'),
        ('day', k.expires_at - interval '24 hours'),
        ('today', greatest(k.expires_at - interval '12 hours', date_trunc('day', k.expires_at - interval '1 millisecond', 'UTC')))
      ) AS r (kind, due_at)
      WHERE k.expires_at > ${now} AND k.expires_at <= ${now}::timestamptz + interval '168 hours'
        AND k.revoked_at IS NULL AND k.disabled_at IS NULL AND k.rotated_to_id IS NULL
        AND r.due_at <= ${now}
        AND r.due_at > coalesce(k.expires_at - make_interval(secs => k.lifetime_seconds), k.created_at)
      ORDER BY k.id, r.due_at DESC
    ) due
    WHERE NOT EXISTS (SELECT FROM api_key_reminders s
      WHERE s.key_id = due."keyId" AND s.expires_at = due."expiresAt" AND s.kind = due.kind)
    ORDER BY "expiresAt", "keyId" LIMIT ${mostKeys}`;
}

/**
 * Old keys of rotations whose overlap ends within a day, or within half of it if it is shorter than two days, and that were used in
 * as long a time before, after they were rotated.
 */
function findEndingOverlaps(transaction: Transaction, now: Date): Promise<Due[]> {
  return transaction.$queryRaw<Due[]>`
    SELECT k.id AS "keyId", k.expires_at AS "expiresAt", 'overlap' AS kind
    FROM api_keys k
    JOIN workspaces w ON w.id = k.workspace_id AND w.api_access
    JOIN members m ON m.workspace_id = k.workspace_id AND m.user_id = k.owner_id AND m.suspended_at IS NULL
    JOIN access_log.last_uses u ON u.key_id = k.id
    CROSS JOIN LATERAL (SELECT least(interval '24 hours', (k.expires_at - k.rotated_at) / 2) AS lead) l
    WHERE k.expires_at > ${now} AND k.expires_at <= ${now}::timestamptz + l.lead
      AND k.revoked_at IS NULL AND k.disabled_at IS NULL AND k.rotated_to_id IS NOT NULL
      AND u.at > k.rotated_at AND u.at > ${now}::timestamptz - l.lead
      AND NOT EXISTS (SELECT FROM api_key_reminders s
        WHERE s.key_id = k.id AND s.expires_at = k.expires_at AND s.kind = 'overlap')
    ORDER BY k.expires_at, k.id LIMIT ${mostKeys}`;
}

/**
 * Writes the rows of these reminders. Compare and set: another instance may have written them, and the key may have been changed.
 * @returns Those that this transaction wrote.
 */
function claim(transaction: Transaction, due: readonly Due[]): Promise<Due[]> {
  const ids = due.map(({ keyId }) => keyId);
  const times = due.map(({ expiresAt }) => expiresAt);
  const kinds = due.map(({ kind }) => kind);
  return transaction.$queryRaw<Due[]>`
    INSERT INTO api_key_reminders (key_id, expires_at, kind)
    SELECT k.id, k.expires_at, d.kind
    FROM unnest(${ids}::text[], ${times}::timestamptz[], ${kinds}::text[]) AS d (id, expires_at, kind)
    JOIN api_keys k ON k.id = d.id AND k.expires_at = d.expires_at
    WHERE k.revoked_at IS NULL AND k.disabled_at IS NULL AND (k.rotated_to_id IS NOT NULL) = (d.kind = 'overlap')
    -- In a fixed order, to avoid deadlocks between instances.
    ORDER BY k.id
    ON CONFLICT DO NOTHING
    RETURNING key_id AS "keyId", expires_at AS "expiresAt", kind`;
}

async function sendReminders(transaction: Transaction, claimed: readonly Due[], now: Date): Promise<void> {
  const keys = await findKeys(transaction, claimed);
  const overlaps = new Set(claimed.filter(({ kind }) => kind === "overlap").map(({ keyId }) => keyId));
  const expiring = keys.filter(({ id }) => !overlaps.has(id));
  for (const workspaceId of new Set(expiring.map((key) => key.workspaceId))) {
    const group = expiring.filter((key) => key.workspaceId === workspaceId);
    for (const recipient of await findRecipients(transaction, workspaceId)) {
      const theirs = group.filter(({ owner }) => recipient.isAdmin || owner.id === recipient.id);
      if (theirs.length > 0) await notifyKeysExpire(transaction, recipient, theirs, now);
    }
  }
  for (const key of keys.filter(({ id }) => overlaps.has(id))) {
    const recipients = await findRecipients(transaction, key.workspaceId);
    const owner = recipients.filter(({ id }) => id === key.owner.id);
    // A service member has no mailbox.
    const told = owner.length > 0 ? owner : recipients.filter(({ isAdmin }) => isAdmin);
    const callers = await findLatestCallers(transaction, key.id);
    for (const recipient of told) await notifyOverlapEnds(transaction, recipient, key, callers, now);
  }
}

/** What the mails tell of these keys, the first to expire first. */
async function findKeys(transaction: Transaction, due: readonly Due[]): Promise<ExpiringKey[]> {
  return transaction.$queryRaw<ExpiringKey[]>`
    SELECT k.id, k.workspace_id AS "workspaceId", w.name AS "workspaceName", w.slug AS "workspaceSlug", k.name, k.prefix, k.suffix,
      k.expires_at AS "expiresAt", json_build_object('id', o.id, 'name', o.name) AS owner,
      u.at AS "lastUsedAt", host(u.ip) AS "lastUsedFrom"
    FROM api_keys k
    JOIN workspaces w ON w.id = k.workspace_id
    JOIN users o ON o.id = k.owner_id
    LEFT JOIN access_log.last_uses u ON u.key_id = k.id
    WHERE k.id = ANY(${due.map(({ keyId }) => keyId)})
    ORDER BY k.expires_at, k.id`;
}

/** Those that used the old key since it was rotated. Not the row that counts all the others. */
function findLatestCallers(transaction: Transaction, keyId: string): Promise<OldKeyCaller[]> {
  return transaction.$queryRaw<OldKeyCaller[]>`
    SELECT c.address, c.client, c.method, c.route
    FROM access_log.callers c JOIN api_keys k ON k.id = c.key_id
    WHERE c.key_id = ${keyId} AND c.last_at > k.rotated_at AND c.allowed > 0 AND c.address <> '*'
    ORDER BY c.last_at DESC LIMIT ${mostCallers}`;
}
