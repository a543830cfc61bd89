import type { PermissionAccess, PermissionCatalog } from "@/lib/contracts/permission-catalog";
import { compileRoutes, type RouteTable } from "./route-table";

/** A catalog as decisions use it. Never changes: a new version is a new object. */
export type Catalog = {
  /** Identifies the version. Random, so that versions of different timelines can't be confused. */
  version: string;
  access: ReadonlyMap<string, PermissionAccess>;
  /** All names, and those that only read, sorted. */
  names: ReadonlySet<string>;
  readNames: ReadonlySet<string>;
  routes: RouteTable;
};

export function compileCatalog(version: string, { permissions, routes }: PermissionCatalog): Catalog {
  const sorted = [...permissions].sort((a, b) => (a.name < b.name ? -1 : 1));
  return {
    version,
    access: new Map(sorted.map(({ name, access }) => [name, access])),
    names: new Set(sorted.map(({ name }) => name)),
    readNames: new Set(sorted.filter(({ access }) => access === "read").map(({ name }) => name)),
    routes: compileRoutes(routes),
  };
}

/** No permission is declared, and no route. */
export const emptyCatalog = compileCatalog("", { permissions: [], routes: [] });
