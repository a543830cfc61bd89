import type { KeyRecord } from "@/lib/engine/keys/key-record";
import { listQuotaUses } from "../quotas/list-quota-uses";
import type { KeyRouteHandler } from "./key-request";

/** GET /api/public/v1/me: the calling key and what is left of its limits (docs/http-api.md, 4.1). */
export const getMe: KeyRouteHandler<"getMe"> = async ({ key, actor, rateLimit }) => ({
  workspace: { id: key.workspaceId, name: key.workspaceName },
  user: { id: key.ownerId, role: actor.role },
  key: {
    key_id: key.keyId,
    name: key.name,
    key_prefix: key.prefix,
    key_suffix: key.suffix,
    permission_level: actor.permissionLevel,
    permissions: [...actor.permissions],
    can_manage_keys: actor.canManageKeys,
    environment: key.environment,
    expires_at: key.expiresAt?.toISOString() ?? null,
  },
  rate_limit: {
    limit: rateLimit.limit,
    window_seconds: 60,
    remaining: rateLimit.remaining,
    reset_at: new Date(Date.now() + rateLimit.fullInMs).toISOString(),
  },
  quotas: await quotasOf(key),
});

/** The quotas of the workspace and the key. Needs no query for a key without quotas. */
async function quotasOf({ workspaceId, keyId, quotas }: KeyRecord) {
  if (quotas.length === 0) return [];
  const uses = await listQuotaUses(workspaceId, [keyId]);
  return uses.quotas.map(({ meter, limit, used, resetsAt }) => ({
    meter,
    limit,
    used,
    resets_at: resetsAt.toISOString(),
  }));
}
