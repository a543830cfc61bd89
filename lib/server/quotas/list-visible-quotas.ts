import { roleMay } from "@/lib/contracts/permissions";
import type { QuotaOverview } from "@/lib/contracts/quotas";
import type { MemberActor } from "../actor";
import { db } from "../runtime";
import { listQuotaUses } from "./list-quota-uses";

/**
 * The quotas of the workspace, as every key sees them, and those of keys. Members who can't read the whole log get only those of their
 * own keys.
 * @param keyId Of keys only this one's. None if the member can't see it.
 */
export async function listVisibleQuotas(actor: MemberActor, keyId: string | null): Promise<QuotaOverview> {
  const ownerId = roleMay(actor.role, "access_log.read_all") ? null : actor.userId;
  const keys = await db().apiKey.findMany({
    where: { workspaceId: actor.workspaceId, ...(ownerId && { ownerId }), ...(keyId && { id: keyId }) },
    select: { id: true, name: true },
  });
  const names = new Map(keys.map((key) => [key.id, key]));
  const { quotas, now } = await listQuotaUses(actor.workspaceId, [...names.keys()]);
  return {
    quotas: quotas.map(({ startsAt, resetsAt, countedSince, ...quota }) => ({
      ...quota,
      key: quota.keyId === null ? null : (names.get(quota.keyId) ?? null),
      startsAt: startsAt.toISOString(),
      resetsAt: resetsAt.toISOString(),
      countedSince: countedSince?.toISOString() ?? null,
    })),
    now: now.toISOString(),
  };
}
