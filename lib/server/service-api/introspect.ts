import type { IntrospectAnswer } from "@/lib/contracts/http-api/decisions";
import { type Inspection, inspect } from "@/lib/engine/decide";
import { nothingDemanded, permissionWords } from "./permission-words";
import type { ServiceRouteHandler } from "./service-request";

/**
 * POST /oauth/introspect (RFC 7662). For an inactive token the response is only `{active: false}` (§2.2); the access
 * log has the reason.
 */
export const introspectToken: ServiceRouteHandler<"introspectToken"> = async ({
  body,
  requestId,
  server,
  token,
}) => {
  const inspection = await inspect(
    {
      presented: { ok: true, secret: body.token },
      method: null,
      path: null,
      clientIp: body.client_ip ?? null,
      userAgent: null,
      requestId,
      visibleWorkspaceId: token.workspaceId,
      source: "introspection",
      ...nothingDemanded,
      workspaceId: null,
    },
    server.engine,
  );
  return responseBody(inspection);
};

function responseBody(inspection: Inspection): IntrospectAnswer {
  if (!inspection.allowed) return { active: false };
  const { key, rights } = inspection;
  return {
    active: true,
    token_type: "Bearer",
    client_id: key.keyId,
    sub: key.ownerId,
    scope: permissionWords(rights).join(" "),
    workspace_id: key.workspaceId,
    iat: seconds(key.createdAt),
    ...(key.expiresAt && { exp: seconds(key.expiresAt) }),
  };
}

function seconds(date: Date): number {
  return Math.floor(date.getTime() / 1000);
}
