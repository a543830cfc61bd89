import type { KeyMetadata } from "@/lib/contracts/api-keys";
import type {
  ApiKeyAnswer,
  CreatedApiKeyAnswer,
  ReceiptAnswer,
  RevokedApiKeyAnswer,
} from "@/lib/contracts/http-api/api-keys";
import { enforcedIps, enforcedRateLimit } from "@/lib/engine/keys/report-only";
import type { Receipt } from "@/lib/engine/leases/rejection-watch";
import type { ApiKey } from "../generated/prisma/client";
import { findKeyStatus } from "../keys/key-status";
import type { ListedKey } from "../keys/list-api-key-page";
import { reportOnlyOf } from "../keys/report-only";
import type { Revocation } from "../keys/revoke-api-key";

/** A key as this API describes it (docs/http-api.md, 3). */
export function apiKeyJson({ key, ownerName, lastUsedAt, status }: ListedKey): ApiKeyAnswer {
  const reportOnly = reportOnlyOf(key);
  return {
    key_id: key.id,
    name: key.name,
    key_prefix: key.prefix,
    key_suffix: key.suffix,
    permission_level: key.permissionLevel,
    ...(key.permissionLevel === "custom" && { permissions: key.permissions }),
    can_manage_keys: key.canManageKeys,
    environment: key.environment,
    ...(Object.keys(key.metadata as object).length > 0 && { metadata: key.metadata as KeyMetadata }),
    ...(key.notes !== "" && { notes: key.notes }),
    allowed_ips: enforcedIps(key, Date.now()),
    ...(reportOnly && {
      report_only: {
        ...(reportOnly.allowedIps.length > 0 && { allowed_ips: reportOnly.allowedIps }),
        ...(reportOnly.rateLimitPerMinute !== null && {
          rate_limit_per_minute: reportOnly.rateLimitPerMinute,
        }),
        enforce_at: reportOnly.enforceAt,
      },
    }),
    rate_limit_per_minute: enforcedRateLimit(key, Date.now()),
    status,
    created_at: key.createdAt.toISOString(),
    expires_at: key.expiresAt?.toISOString() ?? null,
    last_used_at: lastUsedAt,
    revoked_at: key.revokedAt?.toISOString() ?? null,
    ...(key.rotatedToId && { rotated_to: key.rotatedToId }),
    created_by: { type: key.createdByType, id: key.createdById },
    owner: { user_id: key.ownerId, name: ownerName },
  };
}

/** The response to creating a key, the only one with its secret. */
export async function newApiKeyJson(
  key: ApiKey,
  ownerName: string,
  secret: string,
): Promise<CreatedApiKeyAnswer> {
  const status = await findKeyStatus(key);
  const { last_used_at, revoked_at, ...rest } = apiKeyJson({ key, ownerName, lastUsedAt: null, status });
  return { ...rest, key: secret };
}

/** The acknowledgement of a revocation. Has `stale_seconds` only if the operator allows stale decisions. */
export function receiptJson({ afterMs, instances, staleSeconds }: Receipt): ReceiptAnswer {
  return { after_ms: afterMs, instances, ...(staleSeconds > 0 && { stale_seconds: staleSeconds }) };
}

/** @param createdKeys How many keys that it made were revoked with it, if that was asked for. */
export function revokedApiKeyJson({
  key,
  createdKeys,
  rejectedEverywhere,
}: Revocation & { createdKeys?: number }): RevokedApiKeyAnswer {
  return {
    key_id: key.id,
    status: "revoked",
    revoked_at: key.revokedAt.toISOString(),
    ...(createdKeys !== undefined && { created_keys: createdKeys }),
    rejected_everywhere: receiptJson(rejectedEverywhere),
  };
}
