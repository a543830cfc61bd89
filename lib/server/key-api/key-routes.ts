import { listEntries } from "./access-logs";
import { createKey, getKey, listKeys, revokeKey, rotateKey, updateKey } from "./api-keys";
import type { KeyRoute } from "./key-request";
import { getMe } from "./me";
import { getUsage } from "./usage";

/** Every route that a key opens, with or without a slash at the end. */
export const keyRoutes: KeyRoute[] = [
  {
    path: /^\/auth\/api-keys\/?$/,
    managesKeys: true,
    methods: { GET: listKeys, HEAD: listKeys, POST: createKey },
  },
  {
    path: /^\/auth\/api-keys\/(?<keyId>[^/]+)\/?$/,
    managesKeys: true,
    methods: { GET: getKey, HEAD: getKey, PATCH: updateKey, PUT: updateKey, DELETE: revokeKey },
  },
  {
    path: /^\/auth\/api-keys\/(?<keyId>[^/]+)\/rotate\/?$/,
    managesKeys: true,
    methods: { POST: rotateKey },
  },
  { path: /^\/api\/public\/v1\/me\/?$/, managesKeys: false, methods: { GET: getMe, HEAD: getMe } },
  {
    path: /^\/api\/public\/v1\/access-logs\/?$/,
    managesKeys: false,
    methods: { GET: listEntries, HEAD: listEntries },
  },
  { path: /^\/api\/public\/v1\/usage\/?$/, managesKeys: false, methods: { GET: getUsage, HEAD: getUsage } },
];

/** Paths that belong to this API whether or not a route is there: what is not there is 404 here, never a page of the console. */
export function isKeyApiPath(path: string): boolean {
  return /^\/(auth|api\/public)(\/|$)/.test(path);
}

export function findKeyRoute(path: string): { route: KeyRoute; params: Record<string, string> } | null {
  for (const route of keyRoutes) {
    const match = route.path.exec(path);
    if (match) return { route, params: match.groups ?? {} };
  }
  return null;
}
