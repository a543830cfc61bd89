import { roleMay } from "@/lib/contracts/permissions";
import type { UsageOverview } from "@/lib/contracts/quotas";
import type { MemberActor } from "../actor";
import { db } from "../runtime";
import { countRequests } from "./count-requests";
import { type CurrentUse, listQuotaUses } from "./list-quota-uses";

const dayMs = 86_400_000;
const days = 30;

/**
 * Requests of the last 30 days and the quotas. Members who can't read the whole log get only their own keys. Everyone
 * sees the workspace's quotas, as every key does.
 * @param keyId Only this key. Empty if the member can't see it.
 */
export async function getUsageOverview(actor: MemberActor, keyId: string | null): Promise<UsageOverview> {
  const ownerId = roleMay(actor.role, "access_log.read_all") ? null : actor.userId;
  const keys = await db().apiKey.findMany({
    where: { workspaceId: actor.workspaceId, ...(ownerId && { ownerId }), ...(keyId && { id: keyId }) },
    select: { id: true, name: true },
  });
  const names = new Map(keys.map((key) => [key.id, key]));
  const [requests, { quotas, now }] = await Promise.all([
    countRequests({
      workspaceId: actor.workspaceId,
      ownerId,
      keyId,
      bucket: "day",
      from: new Date(Date.now() - (days - 1) * dayMs),
      to: null,
    }),
    listQuotaUses(actor.workspaceId, [...names.keys()]),
  ]);
  const view = ({ startsAt, resetsAt, countedSince, ...quota }: CurrentUse) => ({
    ...quota,
    key: quota.keyId === null ? null : (names.get(quota.keyId) ?? null),
    startsAt: startsAt.toISOString(),
    resetsAt: resetsAt.toISOString(),
    countedSince: countedSince?.toISOString() ?? null,
  });
  return {
    days: requests.buckets,
    total: requests.total,
    quotas: quotas.map(view),
    now: now.toISOString(),
  };
}
