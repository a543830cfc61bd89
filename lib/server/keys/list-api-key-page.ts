import type { KeyStatus } from "@/lib/contracts/api-keys";
import { roleMay } from "@/lib/contracts/permissions";
import type { KeyActor, SystemActor } from "../actor";
import type { ApiKey, Prisma } from "../generated/prisma/client";
import { db, runtime } from "../runtime";
import { findKeyStandings, type KeyStanding, whereStatus } from "./key-status";

export type ListedKey = { key: ApiKey; ownerName: string; lastUsedAt: string | null; status: KeyStatus };

/**
 * A page of the keys that a calling key or the operator can see. The key that created the calling key comes first,
 * then the oldest: a rotation script that revokes the first key other than its new one revokes the right key.
 */
export async function listApiKeyPage(
  actor: KeyActor | SystemActor,
  page: { status: KeyStatus | "all"; limit: number; offset: number; ownerId?: string | null },
): Promise<{ keys: ListedKey[]; total: number }> {
  const ownerId = actor.type === "key" && !roleMay(actor.role, "api_key.read_all") ? actor.ownerId : null;
  const wanted = page.ownerId ?? null;
  const callerId = actor.type === "key" ? actor.keyId : null;
  const where: Prisma.ApiKeyWhereInput = {
    AND: [
      { workspaceId: actor.workspaceId, ...(ownerId && { ownerId }) },
      wanted === null ? {} : { ownerId: wanted },
      whereStatus(actor.workspaceId, page.status, new Date()),
    ],
  };
  const caller = callerId && (await db().apiKey.findUnique({ where: { id: callerId } }));
  const [creator, total] = await Promise.all([
    caller &&
      db().apiKey.findFirst({ where: { AND: [where, { id: caller.createdById }] }, select: { id: true } }),
    db().apiKey.count({ where }),
  ]);
  // The creator comes before all pages. The other keys follow in index order, which stays fast for any number of keys.
  const first = creator && page.offset === 0 ? [creator] : [];
  const others = await db().apiKey.findMany({
    where: { AND: [where, creator ? { id: { not: creator.id } } : {}] },
    select: { id: true },
    orderBy: { id: "asc" },
    take: page.limit - first.length,
    skip: creator ? Math.max(0, page.offset - 1) : page.offset,
  });
  const ids = [...first, ...others].map(({ id }) => id);
  return { keys: await findListedKeys(actor.workspaceId, ids), total };
}

/** The keys with these ids, in this order, with owner name and last use. */
export async function findListedKeys(workspaceId: string, ids: string[]): Promise<ListedKey[]> {
  await runtime().engine.accessLog.settled();
  const [rows, uses] = await Promise.all([
    db().apiKey.findMany({
      where: { workspaceId, id: { in: ids } },
      include: { owner: { select: { name: true } } },
    }),
    runtime().pool.query<{ keyId: string; at: Date }>(
      `SELECT key_id AS "keyId", at FROM access_log.last_uses WHERE key_id = ANY($1)`,
      [ids],
    ),
  ]);
  const standings = await findKeyStandings(rows);
  const byId = new Map(rows.map((row) => [row.id, row]));
  const lastUses = new Map(uses.rows.map((row) => [row.keyId, row.at.toISOString()]));
  return ids.flatMap((id) => {
    const row = byId.get(id);
    return row
      ? [
          {
            key: row,
            ownerName: row.owner.name,
            lastUsedAt: lastUses.get(id) ?? null,
            status: (standings.get(id) as KeyStanding).status,
          },
        ]
      : [];
  });
}
