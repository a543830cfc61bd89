import type { KeySort, KeySortColumn } from "@/lib/contracts/api-key-filters";
import type { KeyListFilters, KeyPosition } from "@/lib/contracts/api-key-list";
import { expiringDays } from "@/lib/contracts/api-keys";
import type { KeyPolicy } from "@/lib/contracts/key-policy";
import { roleMay } from "@/lib/contracts/permissions";
import type { MemberActor } from "../actor";
import { Prisma } from "../generated/prisma/client";
import { db, runtime } from "../runtime";
import { concernSql } from "./key-concerns";
import { readKeyPolicy } from "./key-policy";
import { statusSql } from "./key-status";

/**
 * The ids of a page of the keys that a member can see, in order.
 * @param after The position of the last key of the previous page.
 */
export async function findKeyPage(
  actor: MemberActor,
  filters: KeyListFilters,
  { column, descending }: KeySort,
  after: KeyPosition | null,
  limit: number,
): Promise<KeyPosition[]> {
  await runtime().engine.accessLog.settled();
  const policy = await readKeyPolicy(db(), actor.workspaceId);
  const { sql, type } = sortColumns(new Date())[column];
  const order = descending ? Prisma.sql`DESC` : Prisma.sql`ASC`;
  const beyond = descending ? Prisma.sql`<` : Prisma.sql`>`;
  // The ids alone can be searched in their index.
  const next = !after
    ? Prisma.empty
    : column === "created"
      ? Prisma.sql`AND k.id ${beyond} ${after.id}`
      : Prisma.sql`AND (${sql}, k.id) ${beyond} (CAST(${after.value} AS ${type}), ${after.id})`;
  return db().$queryRaw<KeyPosition[]>`
    SELECT k.id, (${sql})::text AS value ${visibleKeys(actor, filters, policy)} AND ${whereStatusIs(filters.status)} ${next}
    ORDER BY ${sql} ${order}, k.id ${order} LIMIT ${limit}`;
}

/** How many keys match the filters, and how many more would if revoked ones weren't hidden. */
export async function countKeys(
  actor: MemberActor,
  filters: KeyListFilters,
): Promise<{ total: number; hidden: number }> {
  const policy = await readKeyPolicy(db(), actor.workspaceId);
  const [count] = await db().$queryRaw<{ total: number; revoked: number }[]>`
    SELECT count(*) FILTER (WHERE ${whereStatusIs(filters.status)})::int AS total,
      count(*) FILTER (WHERE k.revoked_at IS NOT NULL)::int AS revoked
    ${visibleKeys(actor, filters, policy)}`;
  const { total, revoked } = count as { total: number; revoked: number };
  return { total, hidden: filters.status === "not_revoked" ? revoked : 0 };
}

/** Everything that a list of keys can ask about: the key `k`, its workspace `w`, owner `u`, membership `m`, and last use `l`. */
export function visibleKeys(
  actor: MemberActor,
  { owner, search = "", concern }: KeyListFilters,
  policy: KeyPolicy,
): Prisma.Sql {
  const own = roleMay(actor.role, "api_key.read_all")
    ? Prisma.empty
    : Prisma.sql`AND k.owner_id = ${actor.userId}`;
  return Prisma.sql`
    FROM api_keys k
    LEFT JOIN workspaces w ON w.id = k.workspace_id
    LEFT JOIN users u ON u.id = k.owner_id
    LEFT JOIN members m ON m.workspace_id = k.workspace_id AND m.user_id = k.owner_id
    LEFT JOIN access_log.last_uses l ON l.key_id = k.id
    WHERE k.workspace_id = ${actor.workspaceId} ${own}
      ${owner ? Prisma.sql`AND k.owner_id = ${owner}` : Prisma.empty}
      ${concern ? Prisma.sql`AND ${concernSql(concern, policy)}` : Prisma.empty}
      ${whereSearch(search)}`;
}

function whereStatusIs(status: KeyListFilters["status"]): Prisma.Sql {
  if (status === "all") return Prisma.sql`true`;
  if (status === "not_revoked") return Prisma.sql`k.revoked_at IS NULL`;
  const now = new Date();
  if (status === "expiring")
    return Prisma.sql`(${statusSql(now)} = 'active' AND k.expires_at <= ${expiringEnd(now)})`;
  return Prisma.sql`${statusSql(now)} = ${status}`;
}

function expiringEnd(now: Date): Date {
  return new Date(now.getTime() + expiringDays * 86_400_000);
}

/**
 * Matches the text that the console shows in a row: part of the name or the owner's name, the id, part of the hint,
 * or the whole hint (`kw_sk_9f3A…x1Zq`). `%`, `_`, and `\` match themselves.
 */
function whereSearch(search: string): Prisma.Sql {
  const text = search.trim();
  if (text === "") return Prisma.empty;
  const part = `%${literally(text)}%`;
  const [first = "", last, ...others] = text.split(/…|\.\.\./);
  const hint =
    last === undefined || others.length > 0
      ? Prisma.empty
      : Prisma.sql`OR (k.prefix LIKE ${`${literally(first)}%`} AND k.suffix LIKE ${`%${literally(last)}`})`;
  return Prisma.sql`
    AND (k.name ILIKE ${part} OR u.name ILIKE ${part} OR u.email ILIKE ${part} OR k.id = ${text}
      OR k.prefix LIKE ${part} OR k.suffix LIKE ${part} ${hint})`;
}

function literally(text: string): string {
  return text.replaceAll(/[\\%_]/g, "\\$&");
}

const text = Prisma.sql`text`;
const number = Prisma.sql`bigint`;

/** Each is never null, so that a page can begin after any value. Times are microseconds. */
const sortColumns = (now: Date): Record<KeySortColumn, { sql: Prisma.Sql; type: Prisma.Sql }> => ({
  created: { sql: Prisma.sql`k.id`, type: text },
  name: { sql: Prisma.sql`lower(k.name)`, type: text },
  key: { sql: Prisma.sql`k.prefix || k.suffix`, type: text },
  owner: { sql: Prisma.sql`lower(u.name)`, type: text },
  permission: {
    // As rightsOf determines the level: a viewer's key is never Read & write.
    sql: Prisma.sql`CASE WHEN k.permission_level = 'custom' THEN 1
      WHEN k.permission_level = 'read_write' AND greatest(m.role, k.role_ceiling) IS DISTINCT FROM 'viewer' THEN 2 ELSE 0 END`,
    type: number,
  },
  "last-used": { sql: Prisma.sql`coalesce((extract(epoch FROM l.at) * 1e6)::bigint, -1)`, type: number },
  expires: {
    sql: Prisma.sql`coalesce((extract(epoch FROM k.expires_at) * 1e6)::bigint, 999999999999999999)`,
    type: number,
  },
  status: {
    sql: Prisma.sql`array_position(ARRAY['active', 'disabled', 'expired', 'revoked'], ${statusSql(now)})`,
    type: number,
  },
});
