import { AppError } from "@/lib/contracts/app-error";
import type { Prisma } from "../generated/prisma/client";
import { runtime } from "../runtime";

/**
 * Room for one more live key in a workspace (API_KEYS_PER_WORKSPACE), held until the transaction ends: whoever makes the next
 * one counts after it. Take it before any other lock. Revoked and expired keys do not count; disabled ones may come back.
 * @param replaces The new key takes the place of one that is rotated. What has a successor is on its way out and does not
 * count, so a full workspace can still rotate; all together are at most twice as many, whoever rotates how often.
 * @throws AppError `conflict`
 */
export async function requireRoomForKey(
  transaction: Prisma.TransactionClient,
  workspaceId: string,
  { replaces = false } = {},
): Promise<void> {
  const most = runtime().env.apiKeysPerWorkspace;
  await lockNewKeys(transaction, workspaceId);
  const [count] = await transaction.$queryRaw<{ live: number; staying: number }[]>`
    SELECT count(*)::int AS live, count(*) FILTER (WHERE rotated_to_id IS NULL)::int AS staying FROM api_keys
    WHERE workspace_id = ${workspaceId} AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())`;
  const { live, staying } = count as { live: number; staying: number };
  if (live < 2 * most && (replaces || staying < most)) return;
  throw new AppError(
    "conflict",
    `This workspace has as many live API keys as it may have, ${most}. Revoke one that is not needed any more.`,
  );
}

/** Until the transaction ends, no key of the workspace is made by another one. */
export async function lockNewKeys(transaction: Prisma.TransactionClient, workspaceId: string): Promise<void> {
  await transaction.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`api keys of ${workspaceId}`}, 0))`;
}
