import { AppError } from "@/lib/contracts/app-error";
import type { RotationUse } from "@/lib/contracts/key-callers";
import type { MemberActor } from "../actor";
import { findCompleteness } from "../logs/list-access-log";
import { db, runtime } from "../runtime";
import { requireVisibleKey } from "./key-access";
import { type CallerRow, callerColumns, callersOf, countedSince, isOthers, keyCaller } from "./key-callers";

/**
 * Who calls with the old and the new key of a rotation. For members who can see both keys.
 * @throws AppError `not_found`, also if the key isn't being rotated.
 */
export async function getRotationUse(actor: MemberActor, keyId: string): Promise<RotationUse> {
  const { rotatedToId, rotatedAt } = await requireVisibleKey(db(), actor, keyId);
  if (!rotatedToId || !rotatedAt) throw new AppError("not_found", "This API key isn't being rotated.");
  await requireVisibleKey(db(), actor, rotatedToId);
  await runtime().engine.accessLog.settled();
  // Before the callers are read: a request that is counted later is then later than this.
  const { completeUpTo, silentSince } = await findCompleteness();
  const [hours, old, onNewKey, last] = await Promise.all([
    findHours(keyId, rotatedToId, rotatedAt),
    findOldCallers(keyId, rotatedToId, rotatedAt),
    findNewCallers(rotatedToId, rotatedAt),
    findLastRequest(keyId),
  ]);
  return {
    hours,
    ...old,
    onNewKey,
    lastOldRequestAt: last?.toISOString() ?? null,
    completeUpTo: completeUpTo.toISOString(),
    silentSince: silentSince[0]?.toISOString() ?? null,
  };
}

async function findHours(oldKey: string, newKey: string, rotatedAt: Date): Promise<RotationUse["hours"]> {
  const { rows } = await runtime().pool.query<
    Record<"oldAllowed" | "oldDenied" | "newAllowed" | "newDenied", number> & { start: Date }
  >(
    `SELECT h.start, coalesce(o.allowed, 0) AS "oldAllowed", coalesce(o.denied, 0) AS "oldDenied",
       coalesce(n.allowed, 0) AS "newAllowed", coalesce(n.denied, 0) AS "newDenied"
     FROM (SELECT date_trunc('hour', clock_timestamp(), 'UTC') AS hour) AS now,
       generate_series(greatest(now.hour - interval '167 hours',
         least(now.hour - interval '23 hours', date_trunc('hour', $3::timestamptz, 'UTC') - interval '12 hours')), now.hour, '1 hour') AS h (start)
     LEFT JOIN access_log.hourly_uses o ON o.key_id = $1 AND o.hour = h.start
     LEFT JOIN access_log.hourly_uses n ON n.key_id = $2 AND n.hour = h.start ORDER BY h.start`,
    [oldKey, newKey, rotatedAt],
  );
  return rows.map(({ start, oldAllowed, oldDenied, newAllowed, newDenied }) => ({
    start: start.toISOString(),
    oldKey: { allowed: oldAllowed, denied: oldDenied },
    newKey: { allowed: newAllowed, denied: newDenied },
  }));
}

/**
 * A caller has moved if it used the new key after the old one, and not the old one for a minute: several programs behind one
 * address may move one after the other.
 */
const hasMoved = "s.last_at > c.last_at AND c.last_at < clock_timestamp() - interval '1 minute'";

async function findOldCallers(oldKey: string, newKey: string, rotatedAt: Date) {
  type Row = CallerRow & { isOthers: boolean; isBefore: boolean; hasMoved: boolean; isOnNewKey: boolean };
  const { rows } = await runtime().pool.query<Row>(
    `SELECT ${callerColumns}, ${isOthers} AS "isOthers", c.last_at <= $3 AS "isBefore",
       s.key_id IS NOT NULL AS "isOnNewKey", coalesce(${hasMoved}, false) AS "hasMoved"
     FROM ${callersOf("$1")} ${countedSince("$3::timestamptz")} LEFT JOIN access_log.callers s
       ON (s.key_id, s.address, s.client, s.method, s.route) = ($2, c.address, c.client, c.method, c.route)
     WHERE c.last_at > $3::timestamptz - interval '7 days' ORDER BY n.allowed + n.denied DESC, c.last_at DESC`,
    [oldKey, newKey, rotatedAt],
  );
  const since = rows.filter(({ isBefore }) => !isBefore);
  const single = since.filter((row) => !row.isOthers);
  return {
    stillOnOldKey: single
      .filter((row) => !row.hasMoved)
      .map(({ isOthers, isBefore, hasMoved, isOnNewKey, ...row }) => keyCaller(row)),
    othersOnOldKey: since.some((row) => row.isOthers),
    moved: single.filter((row) => row.hasMoved).length,
    notSeenSince: rows.filter((row) => row.isBefore && !row.isOthers && !row.isOnNewKey).length,
  };
}

async function findNewCallers(newKey: string, rotatedAt: Date): Promise<RotationUse["onNewKey"]> {
  const { rows } = await runtime().pool.query<CallerRow>(
    `SELECT ${callerColumns} FROM ${callersOf("$1")} ${countedSince("$2::timestamptz")} WHERE NOT ${isOthers}
     ORDER BY n.allowed + n.denied DESC, c.last_at DESC`,
    [newKey, rotatedAt],
  );
  return rows.map(keyCaller);
}

async function findLastRequest(keyId: string): Promise<Date | null> {
  const { rows } = await runtime().pool.query<{ at: Date | null }>(
    `SELECT greatest((SELECT max(last_at) FROM access_log.callers WHERE key_id = $1),
       (SELECT at FROM access_log.last_uses WHERE key_id = $1)) AS at`,
    [keyId],
  );
  return rows[0]?.at ?? null;
}
