import { type KeyPolicy, mustExpire, type UnmetKey, type UnmetKeys } from "@/lib/contracts/key-policy";
import type { MemberActor } from "../actor";
import { Prisma } from "../generated/prisma/client";
import { db } from "../runtime";
import { readKeyPolicy } from "./key-policy";

const mostKeys = 100;

type Row = Omit<UnmetKey, "createdAt"> & { createdAt: Date; total: number };

/**
 * The keys that still work and don't meet the key policy, oldest first, at most a hundred. Keys that were rotated and end by
 * themselves aren't among them.
 */
export async function listUnmetKeys({ workspaceId }: MemberActor): Promise<UnmetKeys> {
  const { neverExpires, livesTooLong, fromAnyAddress } = shortfallSql(await readKeyPolicy(db(), workspaceId));
  const rows = await db().$queryRaw<Row[]>`
    SELECT k.id, k.name, k.prefix, k.suffix, users.name AS "ownerName", k.created_at AS "createdAt",
      ${neverExpires} AS "neverExpires", ${livesTooLong} AS "livesTooLong", ${fromAnyAddress} AS "fromAnyAddress",
      k.rotated_to_id IS NOT NULL AS rotated, count(*) OVER ()::int AS total
    FROM api_keys k JOIN users ON users.id = k.owner_id
    WHERE k.workspace_id = ${workspaceId} AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > now())
      AND (k.rotated_to_id IS NULL OR k.expires_at IS NULL)
      AND (${neverExpires} OR ${livesTooLong} OR ${fromAnyAddress})
    ORDER BY k.id LIMIT ${mostKeys}`;
  return {
    total: rows[0]?.total ?? 0,
    keys: rows.map(({ total, createdAt, ...row }) => ({ ...row, createdAt: createdAt.toISOString() })),
  };
}

/** What the key `k` can lack, as SQL conditions. */
export function shortfallSql(policy: KeyPolicy) {
  const { maxLifetimeDays = null, requireAllowedIps = false } = policy;
  return {
    neverExpires: Prisma.sql`(${mustExpire(policy)} AND k.expires_at IS NULL)`,
    livesTooLong: Prisma.sql`coalesce(k.expires_at > k.created_at + make_interval(days => ${maxLifetimeDays}::int), false)`,
    fromAnyAddress: Prisma.sql`(${requireAllowedIps}
      AND (k.allowed_ips = '{}' OR EXISTS (SELECT FROM unnest(k.allowed_ips) block WHERE block LIKE '%/0')))`,
  };
}
