import type { ApiKey, Prisma } from "../../generated/prisma/client";

/**
 * Other members' keys that can manage keys and whose secret the member may know: those the member created, and those
 * created with these keys, directly or indirectly.
 */
export async function findManagingKeysMade(
  transaction: Prisma.TransactionClient,
  { workspaceId, userId }: { workspaceId: string; userId: string },
): Promise<ApiKey[]> {
  const ids = await transaction.$queryRaw<{ id: string }[]>`
    WITH RECURSIVE made AS (
      SELECT id FROM api_keys
      WHERE workspace_id = ${workspaceId} AND created_by_type = 'user' AND created_by_id = ${userId}
      UNION
      SELECT key.id FROM api_keys key JOIN made ON key.created_by_type = 'key' AND key.created_by_id = made.id
      WHERE key.workspace_id = ${workspaceId}
    )
    SELECT key.id FROM api_keys key JOIN made USING (id)
    WHERE key.can_manage_keys AND key.revoked_at IS NULL AND key.owner_id <> ${userId}`;
  return transaction.apiKey.findMany({
    where: { id: { in: ids.map(({ id }) => id) } },
    orderBy: { id: "desc" },
  });
}
