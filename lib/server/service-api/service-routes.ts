import { introspect } from "./introspect";
import type { ServiceRouteHandler } from "./service-visit";
import { verify } from "./verify";
import { verifyUnkey } from "./verify-unkey";

type ServiceRoute = { path: RegExp; method: "POST" | "PUT"; handle: ServiceRouteHandler };

/** Every route that a service token opens (HTTP.md §6). */
const serviceRoutes: ServiceRoute[] = [
  { path: /^\/api\/v1\/verify$/, method: "POST", handle: verify },
  { path: /^\/oauth\/introspect$/, method: "POST", handle: introspect },
  { path: /^\/v2\/keys\.verifyKey$/, method: "POST", handle: verifyUnkey },
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
