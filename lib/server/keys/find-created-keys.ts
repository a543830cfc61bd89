import { roleMay } from "@/lib/contracts/permissions";
import type { MemberActor } from "../actor";
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

/** The keys that a key made, directly or not, and that the actor can see. Newest first, revoked ones last. */
export function findCreatedKeys(
  client: Prisma.TransactionClient,
  actor: MemberActor,
  keyId: string,
): Promise<{ id: string; revoked: boolean }[]> {
  const own = roleMay(actor.role, "api_key.read_all")
    ? Prisma.empty
    : Prisma.sql`AND k.owner_id = ${actor.userId}`;
  return client.$queryRaw`
    WITH RECURSIVE ${madeBy(actor.workspaceId, [keyId])}
    SELECT k.id, k.revoked_at IS NOT NULL AS revoked FROM api_keys k JOIN made ON made.id = k.id
    WHERE k.workspace_id = ${actor.workspaceId} ${own}
    ORDER BY revoked, k.id DESC`;
}
