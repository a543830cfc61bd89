import { roleMay } from "@/lib/contracts/permissions";
import type { Actor } from "../actor";
import { Prisma } from "../generated/prisma/client";

/** A common table `made` for WITH RECURSIVE: each key that one of these keys made, directly or not, with that key as its root. */
export function madeBy(workspaceId: string, keyIds: readonly string[]): Prisma.Sql {
  return Prisma.sql`made AS (
    SELECT id, created_by_id AS root FROM api_keys
    WHERE workspace_id = ${workspaceId} AND created_by_type = 'key' AND created_by_id = ANY(${keyIds})
    UNION
    SELECT next.id, made.root FROM api_keys next
    JOIN made ON next.workspace_id = ${workspaceId} AND next.created_by_type = 'key' AND next.created_by_id = made.id
  )`;
}

export type CreatedKey = {
  id: string;
  revoked: boolean;
  /** An admin disabled it, or the leak of the key that made it did, and it isn't revoked. */
  undecided: boolean;
};

/** The keys that a key made, directly or not, and that the actor can see: undecided ones first, revoked ones last, newest first. */
export function findCreatedKeys(
  client: Prisma.TransactionClient,
  actor: Actor,
  keyId: string,
): Promise<CreatedKey[]> {
  const own =
    actor.type === "system" || roleMay(actor.role, "api_key.read_all")
      ? Prisma.empty
      : Prisma.sql`AND k.owner_id = ${actor.type === "key" ? actor.ownerId : actor.userId}`;
  return client.$queryRaw`
    WITH RECURSIVE ${madeBy(actor.workspaceId, [keyId])}
    SELECT k.id, k.revoked_at IS NOT NULL AS revoked, k.revoked_at IS NULL AND k.disabled_by_admin AS undecided
    FROM api_keys k JOIN made ON made.id = k.id
    WHERE k.workspace_id = ${actor.workspaceId} ${own}
    ORDER BY undecided DESC, revoked, k.id DESC`;
}
