import type { Rights } from "../permissions/rights";
import type { Catalog } from "./catalog";
import type { PermissionQuery } from "./permission-query";
import { permissionOfRoute, segmentsOf } from "./route-table";

/** What a request asks of a key's permissions. */
export type PermissionDemand = {
  /** Whether the request may change something: its method is unsafe, or a header overrides it with an unsafe one. */
  writes: boolean;
  /** Names that the gateway demands, all of them. */
  demands: readonly string[];
  /** What the calling service demands. */
  query: PermissionQuery | null;
  /** The request as routes of the catalog describe it. Null if they don't apply. */
  route: {
    method: string;
    /** Values of headers that override the method. Each must be permitted as well. */
    overrides: readonly string[];
    /** Without the query. */
    path: string;
  } | null;
  /**
   * Keys with custom permissions: `if_demanded` passes those that a demand names and that meet every one; `always` and `never`
   * are for routes that aren't the operator's.
   */
  custom: "if_demanded" | "always" | "never";
};

/**
 * Why a key's permissions don't suffice, as a sentence for its user, or null (docs/http-api.md, 2.7). Routes and demands only
 * narrow what the permission level allows.
 */
export function missingPermission(rights: Rights, catalog: Catalog, asked: PermissionDemand): string | null {
  const { permissionLevel } = rights;
  if (asked.writes && permissionLevel === "read_only")
    return "This API key is read-only: it may call GET, HEAD and OPTIONS.";
  const isCustom = permissionLevel === "custom";
  if (isCustom && asked.custom === "never")
    return "This API key has custom permissions. On this server's own API it may call only /api/public/v1/me.";
  for (const name of asked.demands) if (!holds(rights, name)) return lacks(name);
  const { query, route } = asked;
  if (query && !query.isMet((name) => holds(rights, name))) return lacks(query.text);

  const byRoute = route && (isCustom || catalog.routes.length > 0) ? demandOfRoute(route, catalog) : noDemand;
  if (byRoute.isAmbiguous && permissionLevel !== "read_write")
    return "This API key may not call a path that servers understand in different ways.";
  for (const name of byRoute.names) if (!holds(rights, name)) return lacks(name);
  if (!isCustom || asked.custom === "always") return null;

  const named = [...asked.demands, ...byRoute.names, ...(query?.names ?? [])].filter((name) =>
    rights.permissions.has(name),
  );
  const isDemanded = asked.demands.length > 0 || query !== null || byRoute.isComplete;
  if (!isDemanded) return "This API key has custom permissions, and none of them allows this request.";
  const writable = named.length > 0 ? named : [...rights.permissions];
  if (asked.writes && !writable.some((name) => catalog.access.get(name) === "write"))
    return "This API key lacks a permission that may change something.";
  return null;
}

function lacks(what: string): string {
  return `This API key lacks the permission ${what}.`;
}

/** An undeclared name is granted to no key. */
function holds(rights: Rights, name: string): boolean {
  switch (name) {
    case "read":
      return rights.permissionLevel !== "custom";
    case "write":
      return rights.permissionLevel === "read_write";
    case "manage_keys":
      return rights.canManageKeys;
    default:
      return rights.permissions.has(name);
  }
}

type RouteDemand = {
  names: readonly string[];
  /** Whether a route, even one without a permission, matched each of the methods. */
  isComplete: boolean;
  isAmbiguous: boolean;
};
const noDemand: RouteDemand = { names: [], isComplete: false, isAmbiguous: false };
const openDemand: RouteDemand = { names: [], isComplete: true, isAmbiguous: false };
const ambiguousDemand: RouteDemand = { names: [], isComplete: false, isAmbiguous: true };

function demandOfRoute(
  { method, overrides, path }: NonNullable<PermissionDemand["route"]>,
  { routes }: Catalog,
): RouteDemand {
  // Without routes, the API behind the gateway decides.
  if (routes.length === 0) return openDemand;
  const segments = segmentsOf(path);
  if (!segments) return ambiguousDemand;
  const names: string[] = [];
  let isComplete = true;
  for (const one of [method, ...overrides.map((value) => value.trim().toUpperCase())]) {
    const permission = permissionOfRoute(routes, one, segments);
    if (permission === undefined) isComplete = false;
    else if (permission !== null) names.push(permission);
  }
  return { names, isComplete, isAmbiguous: false };
}
