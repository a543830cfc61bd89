import { AppError, invalidField } from "@/lib/contracts/app-error";
import type { Quota } from "@/lib/contracts/quotas";
import type { SystemActor } from "../actor";
import { recordAuditEvent } from "../audit/record-audit-event";
import type { Prisma } from "../generated/prisma/client";
import { db, runtime } from "../runtime";
import { lockWorkspace } from "../workspaces/members/lock-members";

type Transaction = Prisma.TransactionClient;

/**
 * Changes the quotas of a workspace with one audit event. New quotas apply on every instance when this returns. Usage
 * in the current period stays.
 * @param change Returns the complete new list of quotas, in any order.
 * @throws AppError `not_found` for the workspace; `invalid_request` naming `quotas.N.key_id` for a key of another
 * workspace.
 */
export async function setQuotas(actor: SystemActor, change: (present: Quota[]) => Quota[]): Promise<void> {
  const added = await db().$transaction(async (transaction) => {
    // Without the lock, a concurrent change could restore a quota that this one removes.
    await lockWorkspace(transaction, actor.workspaceId);
    const workspace = await transaction.workspace.findUnique({ where: { id: actor.workspaceId } });
    if (!workspace) throw new AppError("not_found", "Workspace not found.");
    const before = await readQuotas(transaction, actor.workspaceId);
    const after = change(before);
    await requireOwnKeys(transaction, actor.workspaceId, after);
    const [from, to] = [before.map(wordsOf).sort(), after.map(wordsOf).sort()];
    if (from.join() === to.join()) return false;
    await writeQuotas(transaction, actor.workspaceId, after);
    await recordAuditEvent(
      transaction,
      actor,
      "workspace.quotas_changed",
      { type: "workspace", id: actor.workspaceId, name: workspace.name },
      { changes: { quotas: { from, to } } },
    );
    return after.some((quota) => !before.some((known) => placeOf(known) === placeOf(quota)));
  });
  // Instances read a changed limit with every block they take. Only a new quota has to be announced.
  await (added
    ? runtime().engine.rejections.waitUntilRejectedEverywhere()
    : runtime().engine.rejections.waitBriefly());
}

export async function readQuotas(transaction: Transaction, workspaceId: string): Promise<Quota[]> {
  const rows = await transaction.$queryRaw<(Omit<Quota, "limit"> & { allowance: bigint })[]>`
    SELECT nullif(key_id, '') AS "keyId", meter, period, allowance FROM quotas.quotas
    WHERE workspace_id = ${workspaceId} ORDER BY key_id, meter`;
  return rows.map(({ keyId, meter, period, allowance }) => ({
    keyId,
    meter,
    period,
    limit: Number(allowance),
  }));
}

async function writeQuotas(transaction: Transaction, workspaceId: string, quotas: Quota[]): Promise<void> {
  await transaction.$executeRaw`DELETE FROM quotas.quotas WHERE workspace_id = ${workspaceId}`;
  for (const { keyId, meter, period, limit } of quotas)
    await transaction.$executeRaw`
      INSERT INTO quotas.quotas (workspace_id, key_id, meter, period, allowance)
      VALUES (${workspaceId}, ${keyId ?? ""}, ${meter}, ${period}, ${limit}::bigint)`;
}

async function requireOwnKeys(transaction: Transaction, workspaceId: string, quotas: Quota[]): Promise<void> {
  const ids = quotas.flatMap(({ keyId }) => keyId ?? []);
  const own = await transaction.apiKey.findMany({
    where: { workspaceId, id: { in: ids } },
    select: { id: true },
  });
  const known = new Set(own.map(({ id }) => id));
  const index = quotas.findIndex(({ keyId }) => keyId !== null && !known.has(keyId));
  if (index >= 0) throw invalidField(`quotas.${index}.key_id`, "API key not found in this workspace.");
}

/** Identifies a quota to instances. */
function placeOf({ keyId, meter, period }: Quota): string {
  return `${keyId}/${meter}/${period}`;
}

function wordsOf({ keyId, meter, period, limit }: Quota): string {
  return `${limit} ${meter} a ${period}${keyId ? ` with ${keyId}` : ""}`;
}
