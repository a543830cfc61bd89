import type { DenialCode } from "@/lib/contracts/access-logs";
import type { VerifyUnkeyInput } from "@/lib/contracts/decision-input";
import type { UnkeyAnswer, UnkeyCode } from "@/lib/contracts/http-api/decisions";
import { type Decision, decide, type RateLimit } from "@/lib/engine/decide";
import { parsePermissionQuery } from "@/lib/engine/permissions/permission-query";
import type { MeterCost } from "@/lib/engine/quotas/key-quotas";
import { nothingDemanded, permissionWords } from "./permission-words";
import type { ServiceRouteHandler } from "./service-request";

/**
 * POST /v2/keys.verifyKey: Unkey's API (https://www.unkey.com/docs/api-reference/v2/keys/verify-api-key), so that its
 * SDKs work with this server as base URL. Answers 200 for every outcome.
 */
export const verifyKeyForUnkey: ServiceRouteHandler<"verifyKeyForUnkey"> = async ({
  body,
  requestId,
  server,
  token,
}) => {
  const query = body.permissions === undefined ? null : parsePermissionQuery(body.permissions, "permissions");
  const decision = await decide(
    {
      presented: { ok: true, secret: body.key },
      method: null,
      path: null,
      clientIp: null,
      userAgent: null,
      requestId,
      visibleWorkspaceId: token.workspaceId,
      source: "unkey",
      ...nothingDemanded,
      query,
      custom: query ? "if_demanded" : "always",
      workspaceId: null,
      meterCost: creditsOf(body),
    },
    server.engine,
  );
  return { meta: { requestId }, data: dataOf(decision) };
};

/** Unkey's credits are the meter `credits`. A verification uses one unit unless the request sets a cost. */
function creditsOf({ credits }: VerifyUnkeyInput): MeterCost {
  return credits ? { meter: "credits", cost: credits.cost } : { meter: "credits", cost: 1, ifBounded: true };
}

function dataOf(decision: Decision): UnkeyAnswer["data"] {
  const { key } = decision;
  const code = decision.allowed ? "VALID" : unkeyCodes[decision.code];
  // For a missing or revoked key, Unkey returns only the code.
  if (!key || code === "NOT_FOUND") return { valid: false, code };
  return {
    valid: decision.allowed,
    code,
    keyId: key.keyId,
    name: key.name,
    enabled: code !== "DISABLED",
    ...(key.expiresAt && { expires: key.expiresAt.getTime() }),
    ...(decision.allowed && { permissions: permissionWords(decision.rights) }),
    ...(Object.keys(key.metadata).length > 0 && { meta: key.metadata }),
    ...(key.externalUserId !== null && {
      identity: { id: key.ownerId, externalId: key.externalUserId },
    }),
    ...(decision.rateLimit && {
      ratelimits: [rateLimitJson(decision.rateLimit, code === "RATE_LIMITED")],
    }),
  };
}

const unkeyCodes: Record<DenialCode, UnkeyCode> = {
  invalid_request: "NOT_FOUND",
  missing_key: "NOT_FOUND",
  invalid_key: "NOT_FOUND",
  revoked_key: "NOT_FOUND",
  disabled_key: "DISABLED",
  expired_key: "EXPIRED",
  api_access_disabled: "FORBIDDEN",
  ip_not_allowed: "FORBIDDEN",
  insufficient_permissions: "INSUFFICIENT_PERMISSIONS",
  rate_limit_exceeded: "RATE_LIMITED",
  quota_exceeded: "USAGE_EXCEEDED",
};

function rateLimitJson({ limit, remaining, fullInMs }: RateLimit, exceeded: boolean) {
  return {
    exceeded,
    id: "default",
    name: "default",
    limit,
    duration: 60_000,
    reset: Math.ceil(fullInMs),
    remaining,
    autoApply: true,
  };
}
