import { wholeSeconds } from "@/lib/contracts/app-error";
import type { VerifyInput } from "@/lib/contracts/decision-input";
import { errorCodes } from "@/lib/contracts/error-codes";
import type { VerifyAnswer } from "@/lib/contracts/http-api/decisions";
import type { RateLimitAnswer } from "@/lib/contracts/http-api/fields";
import { type Decision, type Denial, decide, type RateLimit } from "@/lib/engine/decide";
import type { PermissionDemand } from "@/lib/engine/permissions/missing-permission";
import { parsePermissionQuery } from "@/lib/engine/permissions/permission-query";
import { mayWrite } from "@/lib/engine/request/may-write";
import type { ServiceRouteHandler } from "./service-request";

/** POST /api/v1/verify: decides about a key. Answers 200 for every outcome (docs/http-api.md, 5.3). */
export const verifyKey: ServiceRouteHandler<"verifyKey"> = async ({ body, requestId, server, token }) => {
  const decision = await decide(
    {
      presented: { ok: true, secret: body.key },
      method: body.method ?? null,
      path: body.path === undefined ? null : withoutQuery(body.path),
      clientIp: body.client_ip ?? null,
      userAgent: body.user_agent ?? null,
      requestId,
      visibleWorkspaceId: token.workspaceId,
      source: "verify",
      ...demandOf(body),
      managesKeys: false,
      workspaceId: body.workspace_id ?? null,
      meterCost: body.meter === undefined ? null : { meter: body.meter, cost: body.cost ?? 1 },
    },
    server.engine,
  );
  return responseBody(decision);
};

/** Without a method and a permission, permissions aren't judged. With both, both must be permitted. */
function demandOf({ method, path, permission }: VerifyInput): PermissionDemand {
  const isJudged = method !== undefined || permission !== undefined;
  return {
    writes: permission === "write" || (method !== undefined && mayWrite(method, [])),
    demands: [],
    query: permission === undefined ? null : parsePermissionQuery(permission, "permission"),
    route:
      method === undefined || path === undefined ? null : { method, overrides: [], path: withoutQuery(path) },
    custom: isJudged ? "if_demanded" : "always",
  };
}

function withoutQuery(path: string): string {
  return path.split("?", 1)[0] as string;
}

function responseBody(decision: Decision): VerifyAnswer {
  const { key } = decision;
  if (!decision.allowed)
    return {
      valid: false,
      code: decision.code,
      message: decision.message,
      status: errorCodes[decision.code].status,
      ...(key && { key_id: key.keyId }),
      ...(decision.rateLimit && { rate_limit: rateLimitJson(decision.rateLimit) }),
      ...(errorCodes[decision.code].status === 429 && { retry_after_seconds: retryAfter(decision) }),
    };
  return {
    valid: true,
    code: "valid",
    workspace_id: decision.key.workspaceId,
    user_id: decision.key.ownerId,
    role: decision.rights.role,
    external_workspace_id: decision.key.externalWorkspaceId,
    external_user_id: decision.key.externalUserId,
    key_id: decision.key.keyId,
    name: decision.key.name,
    permission_level: decision.rights.permissionLevel,
    permissions: [...decision.rights.permissions],
    environment: decision.key.environment,
    metadata: decision.key.metadata,
    expires_at: decision.key.expiresAt?.toISOString() ?? null,
    rate_limit: rateLimitJson(decision.rateLimit),
  };
}

/**
 * Seconds until the next request is possible, or until the quota's period ends, like Retry-After of the key API.
 * `reset_at` is when the full limit is available again.
 */
function retryAfter({ retryAfterSeconds, rateLimit }: Denial): number {
  return retryAfterSeconds ?? wholeSeconds(rateLimit?.nextInMs ?? 0);
}

function rateLimitJson({ limit, remaining, fullInMs }: RateLimit): RateLimitAnswer {
  return {
    limit,
    window_seconds: 60,
    remaining,
    reset_at: new Date(Date.now() + fullInMs).toISOString(),
  };
}
