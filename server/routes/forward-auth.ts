import { AppError } from "@/lib/contracts/app-error";
import { errorCodes } from "@/lib/contracts/error-codes";
import { forwardAuthPath } from "@/lib/contracts/http-api/forward-auth-operations";
import { isPermissionName } from "@/lib/contracts/permission-catalog";
import { type Decision, type DecisionRequest, type Denial, decideThen } from "@/lib/engine/decide";
import type { KeyRecord } from "@/lib/engine/keys/key-record";
import type { Rights } from "@/lib/engine/permissions/rights";
import { isTrustedProxy } from "@/lib/engine/request/client-address";
import { mayWrite } from "@/lib/engine/request/may-write";
import { type OriginalRequest, readOriginalRequest } from "@/lib/engine/request/original-request";
import { readPresentedKey } from "@/lib/engine/request/presented-key";
import { errorAnswer } from "@/lib/server/http/error-response";
import type { Runtime } from "@/lib/server/runtime";
import { inTrace } from "@/lib/server/trace";
import { type Answer, headOf } from "../fast-lane/answer";
import type { RawRequest } from "../fast-lane/plain-request";
import { corsHead } from "./cors";
import { denialAnswer, jsonLine, rateLimitHead, rotationHead } from "./decision-answer";
import type { RequestFacts } from "./request-facts";

const base = forwardAuthPath;

export function isForwardAuthPath(path: string): boolean {
  return path === base || path.startsWith(`${base}/`);
}

/** The request that a gateway asks about, the only workspace whose keys may pass, and the permissions that they need. */
type ForwardedRequest = {
  original: OriginalRequest;
  workspaceId: string | null;
  demands: readonly string[];
};

/**
 * Answers a gateway that asks whether a request may pass (forward authentication). Allowed is 200 with all identity headers.
 * Everything else, including a malformed question, is a denial, with its actual status and code in X-Keyward headers. Never throws.
 * @param send Called once, now or later.
 */
export function answerForwardAuth(
  request: RawRequest,
  facts: RequestFacts,
  server: Runtime,
  send: (answer: Answer) => void,
): void {
  // Read this before anything can fail, because nginx turns every status except 401 and 403 into 500.
  const onlyAuthRequest = facts.path === base && parametersOf(request.url)?.get("deny") === "auth_request";
  const refusal = (error: unknown) => errorDenial(error, request, facts, server, onlyAuthRequest);
  let asked: DecisionRequest;
  try {
    asked = readDecisionRequest(request, facts, server);
  } catch (error) {
    send(refusal(error));
    return;
  }
  decideThen(asked, server.engine, (error, decision) => {
    let answer: Answer;
    try {
      facts.keyId = decision?.key?.keyId ?? null;
      if (!decision) answer = refusal(error);
      else if (decision.allowed) answer = allowed(decision, facts);
      else answer = denied(decision, request, facts, server, onlyAuthRequest);
    } catch (failure) {
      answer = refusal(failure);
    }
    send(answer);
  });
}

function readDecisionRequest(request: RawRequest, facts: RequestFacts, server: Runtime): DecisionRequest {
  const { original, workspaceId, demands } = readForwardedRequest(request, facts, server);
  const path = pathOf(original.uri);
  const { overrides } = facts.head;
  return {
    presented: readPresentedKey(facts.head, original.uri, server.engine.keyFormats),
    method: original.method,
    path,
    clientIp: facts.clientIp,
    userAgent: facts.userAgent,
    requestId: facts.requestId,
    source: "forward_auth",
    writes: mayWrite(original.method, overrides),
    demands,
    query: null,
    route: { method: original.method, overrides, path },
    custom: "if_demanded",
    managesKeys: false,
    workspaceId,
  };
}

/** @throws AppError `invalid_request` when it isn't certain what the gateway asks. */
function readForwardedRequest(request: RawRequest, facts: RequestFacts, server: Runtime): ForwardedRequest {
  // If the gateway forwards such a header to us, it forwards it to the API as well.
  if (facts.head.claimedIdentity !== null)
    throw new AppError(
      "invalid_request",
      "A client must not send headers whose names begin with X-Keyward: they tell your API who is calling.",
    );
  if (facts.path !== base) {
    // Envoy appends the original path and query to ours.
    const uri = request.url.slice(base.length);
    return { original: { method: request.method, uri }, workspaceId: null, demands: noDemands };
  }
  if (!isTrustedProxy(request.socketAddress, server.env.trustedProxies))
    throw new AppError(
      "invalid_request",
      "Only a trusted proxy may ask here: add its address to TRUSTED_PROXIES.",
    );
  const original = readOriginalRequest(facts.head);
  if (!original)
    throw new AppError(
      "invalid_request",
      "Send exactly one pair of headers, each once: X-Forwarded-Method and X-Forwarded-Uri, or X-Original-Method and X-Original-URI.",
    );
  const parameters = parametersOf(request.url);
  if (!parameters) return { original, workspaceId: null, demands: noDemands };
  // Ignore other parameters: some gateways forward the client's query.
  const workspaces = parameters.getAll("workspace");
  const denials = parameters.getAll("deny");
  if (workspaces.length > 1 || denials.length > 1 || (denials[0] ?? "auth_request") !== "auth_request")
    throw new AppError("invalid_request", "Give workspace and deny=auth_request once each, or not at all.");
  const demands = parameters.getAll("permission");
  if (!demands.every(isPermissionName))
    throw new AppError("invalid_request", "Each permission must be the name of one permission.");
  return { original, workspaceId: workspaces[0] ?? null, demands };
}

const noDemands: readonly string[] = [];

/** Null if there is no query. */
function parametersOf(url: string): URLSearchParams | null {
  const query = url.indexOf("?");
  return query === -1 ? null : new URLSearchParams(url.slice(query + 1));
}

/** The path of a URI, which may be absolute: some gateways send it that way. */
function pathOf(uri: string): string {
  if (uri.startsWith("/")) {
    const query = uri.indexOf("?");
    return query === -1 ? uri : uri.slice(0, query);
  }
  return uri.replace(/^https?:\/\/[^/?#]*/, "").split("?", 1)[0] || "/";
}

function allowed(
  { key, rights, rateLimit }: Extract<Decision, { allowed: true }>,
  { requestId }: RequestFacts,
): Answer {
  const head = `X-Request-Id: ${requestId}\r\n${identityHead(key, rights)}${rateLimitHead(rateLimit)}`;
  return { status: 200, head, body: "" };
}

/**
 * All identity headers, always, so that a gateway that copies them from our response overwrites any that the client sent. Cached
 * per key record, because they depend on nothing else.
 */
function identityHead(key: KeyRecord, { role, permissionLevel, permissions }: Rights): string {
  let head = identityHeads.get(key);
  if (head === undefined) {
    head = rotationHead(key);
    head += headOf({
      "Cache-Control": "no-store",
      "X-Keyward-Workspace-Id": key.workspaceId,
      "X-Keyward-Key-Id": key.keyId,
      "X-Keyward-Key-Name": encodeURIComponent(key.name),
      "X-Keyward-Permission-Level": permissionLevel,
      "X-Keyward-Permissions": [...permissions].join(" "),
      "X-Keyward-User-Id": key.ownerId,
      "X-Keyward-Role": role,
      "X-Keyward-Environment": key.environment,
      "X-Keyward-External-Workspace-Id": key.externalWorkspaceId ?? "",
      "X-Keyward-External-User-Id": key.externalUserId ?? "",
    });
    identityHeads.set(key, head);
  }
  return head;
}

const identityHeads = new WeakMap<KeyRecord, string>();

function denied(
  decision: Denial,
  request: RawRequest,
  { requestId }: RequestFacts,
  server: Runtime,
  onlyAuthRequest: boolean,
): Answer {
  const { status } = errorCodes[decision.code];
  const answer = denialAnswer(decision, requestId, server, responseStatus(status, onlyAuthRequest));
  const cors = corsHead(request.rawHeaders, server.env);
  return { ...answer, head: denialHead(requestId, status, decision.code) + cors + answer.head };
}

/** The response when no decision could be made. */
function errorDenial(
  error: unknown,
  request: RawRequest,
  { requestId, head: { traceparent } }: RequestFacts,
  server: Runtime,
  onlyAuthRequest: boolean,
): Answer {
  // The fast lane keeps no trace for its requests, so that they don't pay for it.
  const { status, code, body, retryAfterSeconds } = inTrace(traceparent, () =>
    errorAnswer(error, requestId, server),
  );
  const retry = retryAfterSeconds === undefined ? "" : `Retry-After: ${retryAfterSeconds}\r\n`;
  const cors = corsHead(request.rawHeaders, server.env);
  const head = denialHead(requestId, status, code) + cors + retry + jsonLine;
  return { status: responseStatus(status, onlyAuthRequest), head, body: JSON.stringify(body) };
}

function denialHead(requestId: string, status: number, code: string): string {
  return `X-Request-Id: ${requestId}\r\nCache-Control: no-store\r\nX-Keyward-Status: ${status}\r\nX-Keyward-Error: ${code}\r\n`;
}

/** nginx's auth_request accepts only 2xx, 401 and 403, and answers 500 for any other status. */
function responseStatus(status: number, onlyAuthRequest: boolean): number {
  return onlyAuthRequest && status !== 401 ? 403 : status;
}
