import type { KeyStatus } from "@/lib/contracts/api-keys";
import { roleMay } from "@/lib/contracts/permissions";
import type { KeyActor, SystemActor } from "../actor";
import type { ApiKey } from "../generated/prisma/client";
import { db, runtime } from "../runtime";

export type ListedKey = { key: ApiKey; ownerName: string; lastUsedAt: string | null };

const statusCondition: Record<KeyStatus | "all", string> = {
  all: "true",
  revoked: "revoked_at IS NOT NULL",
  disabled: "revoked_at IS NULL AND disabled_at IS NOT NULL",
  expired: "revoked_at IS NULL AND disabled_at IS NULL AND expires_at <= now()",
  active: "revoked_at IS NULL AND disabled_at IS NULL AND (expires_at IS NULL OR expires_at > now())",
};

/**
 * A page of the keys that a key, or the operator, may see. First the key that made the calling key, then oldest first: a
 * rotation script that revokes the first key which is not its new one revokes the right one.
 */
export async function pageOfApiKeys(
  actor: KeyActor | SystemActor,
  page: { status: KeyStatus | "all"; limit: number; offset: number },
): Promise<{ keys: ListedKey[]; total: number }> {
  const ownerId = actor.type === "key" && !roleMay(actor.role, "api_key.read_all") ? actor.ownerId : null;
  const callerId = actor.type === "key" ? actor.keyId : null;
  const { pool } = runtime();
  const condition = `workspace_id = $1 AND ($2::text IS NULL OR owner_id = $2) AND ${statusCondition[page.status]}`;
  const seen = [actor.workspaceId, ownerId];
  const [makers, counted] = await Promise.all([
    pool.query<{ id: string }>(
      `SELECT id FROM api_keys WHERE ${condition} AND id = (SELECT created_by_id FROM api_keys WHERE id = $3)`,
      [...seen, callerId],
    ),
    pool.query<{ total: number }>(`SELECT count(*) AS total FROM api_keys WHERE ${condition}`, seen),
  ]);
  const maker = makers.rows[0]?.id ?? null;
  // The maker is the first of the whole list; all others come in the order of the index, however many there are.
  const first = maker && page.offset === 0 ? [maker] : [];
  const skipped = maker ? Math.max(0, page.offset - 1) : page.offset;
  const others = await pool.query<{ id: string }>(
    `SELECT id FROM api_keys WHERE ${condition} AND id IS DISTINCT FROM $3 ORDER BY id LIMIT $4 OFFSET $5`,
    [...seen, maker, page.limit - first.length, skipped],
  );
  const ids = [...first, ...others.rows.map(({ id }) => id)];
  return { keys: await findListedKeys(actor.workspaceId, ids), total: counted.rows[0]?.total ?? 0 };
}

/** The keys of these ids, in this order, with their owner's name and last use. */
export async function findListedKeys(workspaceId: string, ids: string[]): Promise<ListedKey[]> {
  await runtime().accessLog.settled();
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
  const byId = new Map(rows.map((row) => [row.id, row]));
  const lastUses = new Map(uses.rows.map((row) => [row.keyId, row.at.toISOString()]));
  return ids.flatMap((id) => {
    const row = byId.get(id);
    return row ? [{ key: row, ownerName: row.owner.name, lastUsedAt: lastUses.get(id) ?? null }] : [];
  });
}
