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
  const { neverExpires, livesTooLong, fromAnyAddress } = conditions(await readKeyPolicy(db(), workspaceId));
  const rows = await db().$queryRaw<Row[]>`
    SELECT api_keys.id, api_keys.name, prefix, suffix, users.name AS "ownerName", api_keys.created_at AS "createdAt",
      ${neverExpires} AS "neverExpires", ${livesTooLong} AS "livesTooLong", ${fromAnyAddress} AS "fromAnyAddress",
      rotated_to_id IS NOT NULL AS rotated, count(*) OVER ()::int AS total
    FROM api_keys JOIN users ON users.id = api_keys.owner_id
    WHERE workspace_id = ${workspaceId} AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())
      AND (rotated_to_id IS NULL OR expires_at IS NULL)
      AND (${neverExpires} OR ${livesTooLong} OR ${fromAnyAddress})
    ORDER BY api_keys.id LIMIT ${mostKeys}`;
  return {
    total: rows[0]?.total ?? 0,
    keys: rows.map(({ total, createdAt, ...row }) => ({ ...row, createdAt: createdAt.toISOString() })),
  };
}

/** What a key can lack, as SQL conditions. */
function conditions(policy: KeyPolicy) {
  const { maxLifetimeDays = null, requireAllowedIps = false } = policy;
  return {
    neverExpires: Prisma.sql`(${mustExpire(policy)} AND expires_at IS NULL)`,
    livesTooLong: Prisma.sql`coalesce(expires_at > api_keys.created_at + make_interval(days => ${maxLifetimeDays}::int), false)`,
    fromAnyAddress: Prisma.sql`(${requireAllowedIps}
      AND (allowed_ips = '{}' OR EXISTS (SELECT FROM unnest(allowed_ips) block WHERE block LIKE '%/0')))`,
  };
}
