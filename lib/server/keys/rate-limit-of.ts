import type { Prisma } from "../generated/prisma/client";
import { runtime } from "../runtime";

/** Tells the limit of a workspace's keys, given their own: that, else the workspace's, else the server's. */
export async function readRateLimitOf(
  database: Pick<Prisma.TransactionClient, "workspace">,
  workspaceId: string,
): Promise<(own: number | null) => number> {
  const { requestsPerMinute } = await database.workspace.findUniqueOrThrow({
    where: { id: workspaceId },
    select: { requestsPerMinute: true },
  });
  return (own) => own ?? requestsPerMinute ?? runtime().env.rateLimitPerMinute;
}
