import type { Prisma } from "../generated/prisma/client";
import { type NewCaller, notifyNewCallers } from "../mail/new-caller-digest";
import { db } from "../runtime";

/** People that one run of the job mails. */
const mostPeople = 1000;
const timeoutMs = 60_000;

/**
 * Mails people the new callers of keys whose owners asked for it: at most one mail an hour to each person, whatever the number of keys
 * and instances. The callers wait in `mail.new_callers`, and are deleted in the transaction that queues the mail, so each is told of
 * once, also after a crash.
 * @param at The time to judge by, if not the database's.
 */
export async function mailNewCallers(at: Date | null = null): Promise<void> {
  const due = await db().$queryRaw<{ userId: string }[]>`
    SELECT DISTINCT n.user_id AS "userId" FROM mail.new_callers n WHERE NOT EXISTS (
      SELECT FROM mail.new_caller_digests d
      WHERE d.user_id = n.user_id AND d.queued_at > coalesce(${at}::timestamptz, clock_timestamp()) - interval '1 hour')
    LIMIT ${mostPeople}`;
  for (const { userId } of due)
    await db().$transaction((transaction) => mailPerson(transaction, userId, at), { timeout: timeoutMs });
}

async function mailPerson(
  transaction: Prisma.TransactionClient,
  userId: string,
  at: Date | null,
): Promise<void> {
  const recipient = await transaction.user.findFirst({
    where: { id: userId, disabledAt: null },
    select: { id: true, email: true, timeZone: true },
  });
  // Another instance that does the same waits here, and then finds the digest of this one.
  const claimed = await transaction.$executeRaw`
    INSERT INTO mail.new_caller_digests AS d (user_id, queued_at)
    SELECT id, coalesce(${at}::timestamptz, clock_timestamp()) FROM users WHERE id = ${userId}
    ON CONFLICT (user_id) DO UPDATE SET queued_at = excluded.queued_at
      WHERE d.queued_at <= excluded.queued_at - interval '1 hour'`;
  if (claimed === 0 && recipient) return;
  const callers = await takeCallers(transaction, userId);
  if (recipient?.email && callers.length > 0)
    await notifyNewCallers(transaction, { ...recipient, email: recipient.email }, callers);
  else await transaction.$executeRaw`DELETE FROM mail.new_caller_digests WHERE user_id = ${userId}`;
}

/** Deletes all that wait for a person. Left out are keys that are no longer theirs, and those that aren't to be told of any more. */
function takeCallers(transaction: Prisma.TransactionClient, userId: string): Promise<NewCaller[]> {
  return transaction.$queryRaw<NewCaller[]>`
    WITH taken AS (DELETE FROM mail.new_callers WHERE user_id = ${userId} RETURNING *)
    SELECT n.address, n.client, n.method, n.route, host(n.ip) AS ip, n.first_at AS "firstAt",
      json_build_object('id', k.id, 'name', k.name, 'prefix', k.prefix, 'suffix', k.suffix) AS key,
      json_build_object('name', w.name, 'slug', w.slug) AS workspace
    FROM taken n
    JOIN api_keys k ON k.id = n.key_id AND k.mail_new_callers
    JOIN workspaces w ON w.id = k.workspace_id
    WHERE ${userId} IN (SELECT mail.readers_of(k.id))
    ORDER BY w.name, k.name, k.id, n.first_at, n.address, n.client`;
}
