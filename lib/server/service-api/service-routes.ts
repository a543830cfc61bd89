import { introspect } from "./introspect";
import { putWorkspace } from "./put-workspace";
import type { ServiceRouteHandler } from "./service-request";
import { addUsageRecord } from "./usage-records";
import { verify } from "./verify";
import { verifyUnkey } from "./verify-unkey";

type ServiceRoute = { path: RegExp; method: "POST" | "PUT"; handle: ServiceRouteHandler };

/** Every route that a service token opens, with or without a slash at the end. */
export const serviceRoutes: ServiceRoute[] = [
  { path: /^\/api\/v1\/verify\/?$/, method: "POST", handle: verify },
  { path: /^\/oauth\/introspect\/?$/, method: "POST", handle: introspect },
  { path: /^\/v2\/keys\.verifyKey\/?$/, method: "POST", handle: verifyUnkey },
  { path: /^\/api\/v1\/usage-records\/?$/, method: "POST", handle: addUsageRecord },
  { path: /^\/api\/v1\/workspaces\/(?<workspaceId>[^/]+)\/?$/, method: "PUT", handle: putWorkspace },
];

/** Paths that belong to services, whether or not a route is there. */
export function isServicePath(path: string): boolean {
  return /^\/(api\/v1|oauth|v2)(\/|$)/.test(path);
}

export function findServiceRoute(
  path: string,
): { route: ServiceRoute; params: Record<string, string> } | null {
  for (const route of serviceRoutes) {
    const match = route.path.exec(path);
    if (match) return { route, params: match.groups ?? {} };
  }
  return null;
}
