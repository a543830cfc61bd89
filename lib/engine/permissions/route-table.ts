import type { DeclaredRoute } from "@/lib/contracts/permission-catalog";

type Route = {
  /** Null for any method. */
  method: string | null;
  /** Null stands for any one segment. */
  segments: (string | null)[];
  /** Whether any number of segments may follow. */
  isPrefix: boolean;
  permission: string | null;
};

/** Routes in the order in which they were declared. */
export type RouteTable = readonly Route[];

export function compileRoutes(routes: readonly DeclaredRoute[]): RouteTable {
  return routes.map(({ method, path, permission }) => {
    const segments = path.slice(1).split("/");
    const isPrefix = segments.at(-1) === "**";
    if (isPrefix) segments.pop();
    return {
      method: method === "*" ? null : method,
      segments: segments.map((segment) => (segment === "*" ? null : unescapeOnce(segment))),
      isPrefix,
      permission,
    };
  });
}

/**
 * What servers read in different ways: an API might understand another path than the one we match. After decoding, dot segments
 * are looked for again.
 */
const ambiguous = /\/\/|[\\;#]|%(?:2f|5c|25|00)|%(?![0-9a-f]{2})/i;
const dotSegment = /\/\.{1,2}(?:\/|$)/;

/**
 * Splits a path into decoded segments.
 * @param path Without the query.
 * @returns Null for a path that servers understand differently.
 */
export function segmentsOf(path: string): string[] | null {
  if (!path.startsWith("/") || ambiguous.test(path)) return null;
  const decoded = unescapeOnce(path);
  return dotSegment.test(decoded) ? null : decoded.slice(1).split("/");
}

/** Decodes escaped unreserved characters (RFC 3986, 2.3), and writes the other escapes in capitals. */
function unescapeOnce(text: string): string {
  if (!text.includes("%")) return text;
  return text.replace(/%[0-9a-f]{2}/gi, (escaped) => {
    const character = String.fromCharCode(Number.parseInt(escaped.slice(1), 16));
    return /[A-Za-z0-9\-._~]/.test(character) ? character : escaped.toUpperCase();
  });
}

/** @returns The permission of the first route that matches, which may be null; undefined if none matches. */
export function permissionOfRoute(
  routes: RouteTable,
  method: string,
  segments: readonly string[],
): string | null | undefined {
  // RFC 9110, 9.3.2: HEAD is GET without the content.
  const asked = method === "HEAD" ? "GET" : method;
  return routes.find(
    (route) => (route.method === null || route.method === asked) && pathMatches(route, segments),
  )?.permission;
}

function pathMatches({ segments: wanted, isPrefix }: Route, segments: readonly string[]): boolean {
  if (isPrefix ? segments.length < wanted.length : segments.length !== wanted.length) return false;
  return wanted.every((one, index) => one === segments[index] || (one === null && segments[index] !== ""));
}
