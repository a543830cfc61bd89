import type { Question } from "./ask-keyward";
import { type HeaderSource, headerValues, matchingValues } from "./read-headers";

/** A request that asks to pass. */
export type VerifyRequest = {
  headers: HeaderSource;
  /** With a method other than GET, HEAD and OPTIONS the key must be allowed to write. Left out, nothing is judged by it. */
  method?: string | undefined;
  /** Goes into the access log, without its query. */
  url?: string | undefined;
  /**
   * The client's address, which only you know: the socket's, or what a proxy that you trust says. No header is read for it.
   * Without one, a key that is bound to addresses is refused.
   */
  clientIp?: string | undefined;
  /** What the request needs beside its method. The stricter of both counts. */
  permission?: "read" | "write" | undefined;
  /** Only this workspace's keys may pass. */
  workspaceId?: string | undefined;
};

/** What Keyward is asked about a request, within the bounds it takes: nothing a client sends makes it an invalid question. */
export function buildQuestion(request: VerifyRequest, key: string): Question {
  const method = request.method?.toUpperCase();
  const knownMethod = method !== undefined && /^[A-Z]{1,16}$/.test(method);
  const writes =
    request.permission === "write" ||
    (method !== undefined && !knownMethod) ||
    overridesMethod(request.headers);
  const permission = writes ? "write" : request.permission;
  const userAgent = headerValues(request.headers, "user-agent")[0]?.slice(0, 2048);
  return {
    key,
    ...(knownMethod && { method }),
    ...(request.url !== undefined && { path: pathOf(request.url) }),
    ...(permission !== undefined && { permission }),
    ...(request.workspaceId !== undefined && { workspace_id: request.workspaceId }),
    ...(request.clientIp !== undefined && { client_ip: withoutZone(request.clientIp) }),
    ...(userAgent !== undefined && { user_agent: userAgent }),
  };
}

const safeMethods = new Set(["GET", "HEAD", "OPTIONS"]);
/** In each spelling that a server might read as one of these names: any separator for a hyphen. */
const overrideName = /^x[^a-z0-9](?:http[^a-z0-9]method|(?:http[^a-z0-9])?method[^a-z0-9]override)$/;

const overrideHeaders = ["x-http-method-override", "x-http-method", "x-method-override"];

/** A GET that some frameworks would treat as a DELETE writes. With more than one override, they differ on which of them counts. */
function overridesMethod(headers: HeaderSource): boolean {
  const methods =
    matchingValues(headers, overrideName) ?? overrideHeaders.flatMap((name) => headerValues(headers, name));
  return methods.length > 1 || methods.some((method) => !safeMethods.has(method.trim().toUpperCase()));
}

/** The query stays here: it is not judged, and may hold what no log should. */
function pathOf(url: string): string {
  const path = url.replace(/^https?:\/\/[^/?#]*/i, "").split(/[?#]/, 1)[0] as string;
  return (path || "/").slice(0, 8192);
}

/** node:http says `fe80::1%eth0`; the part after the sign is this machine's own. */
function withoutZone(address: string): string {
  return address.split("%", 1)[0] as string;
}
