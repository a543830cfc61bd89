import { AppError } from "@/lib/contracts/app-error";
import { introspectInput } from "@/lib/contracts/decision-input";
import { type Inspection, inspect } from "@/lib/engine/decide";
import { parseInput, readText } from "../http/read-body";
import type { ServiceRouteHandler } from "./service-request";
import { requireServiceToken } from "./service-token";

/**
 * POST /oauth/introspect (RFC 7662): what a token is good for. A token that is not active is `{active: false}` and nothing
 * else (§2.2), whatever the reason; the reason is in the access log.
 */
export const introspect: ServiceRouteHandler = async ({ request, requestId, server }) => {
  requireServiceToken(request.headers.get("authorization"), server.env.serviceTokens, true);
  const input = parseInput(await readForm(request), introspectInput);
  const inspection = await inspect(
    {
      presented: { ok: true, secret: input.token },
      method: null,
      path: null,
      clientIp: input.client_ip ?? null,
      userAgent: null,
      requestId,
      source: "introspection",
      writes: false,
      managesKeys: false,
      workspaceId: null,
    },
    server.engine,
  );
  return Response.json(responseBody(inspection));
};

/** `application/x-www-form-urlencoded`, each field at most once. */
async function readForm(request: Request): Promise<Record<string, string>> {
  if (!/^application\/x-www-form-urlencoded\s*(;|$)/i.test(request.headers.get("content-type") ?? ""))
    throw new AppError("invalid_request", "Send a form: Content-Type: application/x-www-form-urlencoded.");
  const fields = [...new URLSearchParams(await readText(request))];
  const names = new Set(fields.map(([name]) => name));
  if (names.size !== fields.length)
    throw new AppError("invalid_request", "A field was given more than once.");
  return Object.fromEntries(fields);
}

function responseBody(inspection: Inspection) {
  if (!inspection.allowed) return { active: false };
  const { key, rights } = inspection;
  return {
    active: true,
    token_type: "Bearer",
    client_id: key.keyId,
    sub: key.ownerId,
    scope: [
      rights.permissionLevel === "read_write" ? "read write" : "read",
      ...(rights.canManageKeys ? ["manage_keys"] : []),
    ].join(" "),
    workspace_id: key.workspaceId,
    iat: seconds(key.createdAt),
    ...(key.expiresAt && { exp: seconds(key.expiresAt) }),
  };
}

function seconds(date: Date): number {
  return Math.floor(date.getTime() / 1000);
}
