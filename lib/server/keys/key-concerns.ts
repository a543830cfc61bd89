import type { KeyConcern } from "@/lib/contracts/api-key-filters";
import type { KeyPolicy } from "@/lib/contracts/key-policy";
import { Prisma } from "../generated/prisma/client";
import { shortfallSql } from "./unmet-keys";

/** A condition for the key `k`, with its owner's membership `m` and its last use `l`. */
export function concernSql(concern: KeyConcern, policy: KeyPolicy): Prisma.Sql {
  const works = Prisma.sql`k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > now())`;
  switch (concern) {
    case "never_expires":
      return Prisma.sql`(${works} AND k.expires_at IS NULL AND k.rotated_to_id IS NULL)`;
    case "unused":
      return Prisma.sql`(${works} AND coalesce(l.at, k.created_at) < now() - interval '90 days')`;
    case "excess_rights":
      // From evidence only: a month of requests, all with methods that only read.
      return Prisma.sql`(${works} AND k.permission_level = 'read_write' AND greatest(m.role, k.role_ceiling) IS DISTINCT FROM 'viewer'
        AND EXISTS (SELECT FROM access_log.callers c WHERE c.key_id = k.id AND c.first_at < now() - interval '30 days')
        AND NOT EXISTS (SELECT FROM access_log.callers c WHERE c.key_id = k.id AND c.method NOT IN ('GET', 'HEAD', 'OPTIONS')))`;
    case "owner_inactive":
      return Prisma.sql`(${works} AND (m.user_id IS NULL OR m.suspended_at IS NOT NULL))`;
    case "off_policy": {
      const { neverExpires, livesTooLong, fromAnyAddress } = shortfallSql(policy);
      return Prisma.sql`(${works} AND (k.rotated_to_id IS NULL OR k.expires_at IS NULL)
        AND (${neverExpires} OR ${livesTooLong} OR ${fromAnyAddress}))`;
    }
  }
}
