import { type HttpMethod, httpMethods, type Operation } from "@/lib/contracts/http-api/operation";

/** A path of the HTTP interface, with the id of the operation for each of its methods. */
export type Route<Id extends string> = { path: RegExp; methods: Partial<Record<HttpMethod, Id>> };

/** One route for each path of the operations. A trailing slash is ignored. */
export function routesOf<Id extends string>(operations: Record<Id, Operation>): Route<Id>[] {
  const routes = new Map<string, Route<Id>>();
  for (const [id, { path, method }] of Object.entries(operations) as [Id, Operation][]) {
    const route = routes.get(path) ?? { path: patternOf(path), methods: {} };
    route.methods[method] = id;
    routes.set(path, route);
  }
  return [...routes.values()];
}

function patternOf(path: string): RegExp {
  const pattern = path.replace(/[.]/g, "\\.").replace(/\{(\w+)\}/g, "(?<$1>[^/]+)");
  return new RegExp(`^${pattern}/?$`);
}

export function findRoute<Id extends string>(
  routes: Route<Id>[],
  path: string,
): { route: Route<Id>; params: Record<string, string> } | null {
  for (const route of routes) {
    const match = route.path.exec(path);
    if (match) return { route, params: match.groups ?? {} };
  }
  return null;
}

/** HEAD counts as GET. */
export function operationOf<Id extends string>({ methods }: Route<Id>, method = ""): Id | undefined {
  return methods[(method === "HEAD" ? "GET" : method) as HttpMethod];
}

/** The methods for the Allow header. */
export function allowedMethods<Id extends string>({ methods }: Route<Id>): string[] {
  return httpMethods
    .filter((method) => methods[method])
    .flatMap((method) => (method === "GET" ? ["GET", "HEAD"] : [method]));
}
