import { readPermissionCatalog, replacePermissionCatalog } from "../keys/permission-catalog";
import type { ServiceRouteHandler } from "./service-request";
import { requireUnbound } from "./service-workspace";

/** GET /api/v1/permissions (docs/http-api.md, 2.7). */
export const getPermissions: ServiceRouteHandler<"getPermissions"> = async ({ token }) => {
  requireUnbound(token);
  const { permissions, routes } = await readPermissionCatalog();
  return { permissions, routes };
};

/** PUT /api/v1/permissions: replaces the catalog. */
export const replacePermissions: ServiceRouteHandler<"replacePermissions"> = async ({
  body,
  requestId,
  token,
}) => {
  requireUnbound(token);
  await replacePermissionCatalog(body, { ip: null, userAgent: null, requestId }, token.label);
  return body;
};
