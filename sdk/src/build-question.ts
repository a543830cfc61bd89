import type { Question } from "./ask-keyward";
import { type HeaderSource, headerValues, matchingValues } from "./read-headers";

/** A request to decide about. */
export type VerifyRequest = {
  headers: HeaderSource;
  /** With a method other than GET, HEAD and OPTIONS the key must be allowed to write. Without one, this is not checked. */
  method?: string | undefined;
  /** Its path is for the access log and, with the method, for the routes of the permission catalog. The query is not sent. */
  url?: string | undefined;
  /**
   * The client's address: the socket's, or what a proxy that you trust says. It is not read from headers. Without it, a key with a
   * list of allowed addresses is refused.
   */
  clientIp?: string | undefined;
  /**
   * What the request needs in addition to what its method and path need: a permission that the operator declared, `read`, `write`, or
   * several joined by AND, OR and parentheses.
   */
  permission?: string | undefined;
  /** Only keys of this workspace pass. */
  workspaceId?: string | undefined;
};

/** The question about a request, cut to what Keyward accepts: nothing that a client sends makes it invalid. */
export function buildQuestion(request: VerifyRequest, key: string): Question {
  const method = request.method?.toUpperCase();
  const knownMethod = method !== undefined && /^[A-Z]{1,16}$/.test(method);
  const writes = (method !== undefined && !knownMethod) || overridesMethod(request.headers);
  const permission = writes ? alsoWrite(request.permission) : request.permission;
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

/** Which of two methods the API obeys is unknown, so only a key that may use every method passes. */
function alsoWrite(permission: string | undefined): string {
  return permission === undefined ? "write" : `(${permission}) AND write`;
}

const safeMethods = new Set(["GET", "HEAD", "OPTIONS"]);
/** Matches every spelling that a server could read as one of these names: any separator for a hyphen. */
const overrideName = /^x[^a-z0-9](?:http[^a-z0-9]method|(?:http[^a-z0-9])?method[^a-z0-9]override)$/;

const overrideHeaders = ["x-http-method-override", "x-http-method", "x-method-override"];

/** A GET that a header overrides to DELETE writes. With more than one override, servers differ on which one counts. */
function overridesMethod(headers: HeaderSource): boolean {
  const methods =
    matchingValues(headers, overrideName) ?? overrideHeaders.flatMap((name) => headerValues(headers, name));
  return methods.length > 1 || methods.some((method) => !safeMethods.has(method.trim().toUpperCase()));
}

const maximumPath = 8192;

/** Leaves out the query: it isn't needed for the decision, and may contain secrets. */
function pathOf(url: string): string {
  const path = url.replace(/^https?:\/\/[^/?#]*/i, "").split(/[?#]/, 1)[0] as string;
  // Cut, it could match another route. One that ends so is taken for a path that only read & write keys may call.
  return path.length <= maximumPath ? path || "/" : `${path.slice(0, maximumPath - 2)}//`;
}

/** node:http says `fe80::1%eth0`; the part after % is the name of a network interface here. */
function withoutZone(address: string): string {
  return address.split("%", 1)[0] as string;
}
