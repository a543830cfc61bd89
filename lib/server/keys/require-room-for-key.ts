import { AppError } from "@/lib/contracts/app-error";
import type { Prisma } from "../generated/prisma/client";
import { runtime } from "../runtime";

/**
 * Checks that the workspace can have another active key (API_KEYS_PER_WORKSPACE), and holds a lock until the
 * transaction ends so that concurrent creations count it. Take this lock before any other. Revoked and expired keys
 * don't count. Disabled keys do, because they can be enabled again.
 * @param replaces The new key replaces one that is being rotated. Keys with a successor don't count, so a full
 * workspace can still rotate. The total is limited to twice the number.
 * @throws AppError `conflict`
 */
export async function requireRoomForKey(
  transaction: Prisma.TransactionClient,
  workspaceId: string,
  { replaces = false } = {},
): Promise<void> {
  const maximum = runtime().env.apiKeysPerWorkspace;
  await lockNewKeys(transaction, workspaceId);
  const [count] = await transaction.$queryRaw<{ live: number; staying: number }[]>`
    SELECT count(*)::int AS live, count(*) FILTER (WHERE rotated_to_id IS NULL)::int AS staying FROM api_keys
    WHERE workspace_id = ${workspaceId} AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())`;
  const { live, staying } = count as { live: number; staying: number };
  if (live < 2 * maximum && (replaces || staying < maximum)) return;
  throw new AppError(
    "conflict",
    `This workspace has reached its limit of ${maximum} active API keys. Revoke a key that is no longer needed.`,
  );
}

/** Blocks the creation of keys in the workspace until the transaction ends. */
export async function lockNewKeys(transaction: Prisma.TransactionClient, workspaceId: string): Promise<void> {
  await transaction.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`api keys of ${workspaceId}`}, 0))`;
}
