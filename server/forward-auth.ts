import type { IncomingMessage, ServerResponse } from "node:http";
import { errorCodes } from "@/lib/contracts/error-codes";
import { AppError } from "@/lib/server/app-error";
import { isTrustedProxy } from "@/lib/server/client-address";
import { type Decision, type DecisionRequest, type Denial, decideThen } from "@/lib/server/decisions/decide";
import type { Rights } from "@/lib/server/decisions/judge";
import type { KeyRecord } from "@/lib/server/decisions/key-record";
import { mayWrite } from "@/lib/server/decisions/may-write";
import { type OriginalRequest, readOriginalRequest } from "@/lib/server/decisions/original-request";
import { readPresentedKey } from "@/lib/server/decisions/presented-key";
import { errorResponse } from "@/lib/server/http/error-response";
import type { Runtime } from "@/lib/server/runtime";
import { rateLimitHead, sendDenial, setRateLimitHeaders } from "./decision-answer";
import { endWithHead, headOf } from "./head-text";
import { writeResponse } from "./node-http";
import type { RequestFacts } from "./request-facts";

const base = "/api/forward-auth";

export function isForwardAuthPath(path: string): boolean {
  return path === base || path.startsWith(`${base}/`);
}

/** What the gateway was told to ask with. */
type Question = { original: OriginalRequest; workspaceId: string | null };

/**
 * Answers a gateway that asks whether a request may pass (HTTP.md §6). Allowed is 200 with each identity header; everything
 * else, a mistake in the question too, is a denial with its true status and code in headers of their own. Never throws.
 */
export function answerForwardAuth(
  request: IncomingMessage,
  response: ServerResponse,
  facts: RequestFacts,
  server: Runtime,
): void {
  // Known before anything can fail: nginx must get 403 for every failure, or it answers 500 for it.
  const onlyAuthRequest = facts.path === base && parametersOf(request)?.get("deny") === "auth_request";
  const answerRefusal = (error: unknown) =>
    void refuse(response, error, facts, server, onlyAuthRequest, request.method === "HEAD");
  let asked: DecisionRequest;
  try {
    asked = readDecisionRequest(request, facts, server);
  } catch (error) {
    answerRefusal(error);
    return;
  }
  decideThen(asked, server, (error, decision) => {
    try {
      if (!decision) answerRefusal(error);
      else if (decision.allowed) allow(response, facts, decision);
      else deny(response, facts, decision, onlyAuthRequest, server);
    } catch (failure) {
      answerRefusal(failure);
    }
  });
}

function readDecisionRequest(
  request: IncomingMessage,
  facts: RequestFacts,
  server: Runtime,
): DecisionRequest {
  const { original, workspaceId } = readQuestion(request, facts, server);
  return {
    presented: readPresentedKey(facts.head, original.uri, server.keyFormats),
    method: original.method,
    path: pathOf(original.uri),
    clientIp: facts.clientIp,
    userAgent: facts.userAgent,
    requestId: facts.requestId,
    source: "forward_auth",
    writes: mayWrite(original.method, facts.head.overrides),
    managesKeys: false,
    workspaceId,
  };
}

/** @throws AppError `invalid_request` where it is not certain what is asked: fail closed. */
function readQuestion(request: IncomingMessage, facts: RequestFacts, server: Runtime): Question {
  if (facts.path !== base) {
    // Envoy's way: the path is the original one, and the query is the client's own.
    const uri = (request.url as string).slice(base.length);
    return { original: { method: request.method ?? "", uri }, workspaceId: null };
  }
  if (!isTrustedProxy(request.socket.remoteAddress, server.env.trustedProxies))
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
  const parameters = parametersOf(request);
  if (!parameters) return { original, workspaceId: null };
  // Other parameters change nothing: some gateways let the client's own query through.
  const workspaces = parameters.getAll("workspace");
  const denials = parameters.getAll("deny");
  if (workspaces.length > 1 || denials.length > 1 || (denials[0] ?? "auth_request") !== "auth_request")
    throw new AppError("invalid_request", "Give workspace and deny=auth_request once each, or not at all.");
  return { original, workspaceId: workspaces[0] ?? null };
}

/** null where the question has no query. */
function parametersOf({ url = "" }: IncomingMessage): URLSearchParams | null {
  const query = url.indexOf("?");
  return query === -1 ? null : new URLSearchParams(url.slice(query + 1));
}

/** An absolute URL, which some gateways send, is cut down to its path as well. */
function pathOf(uri: string): string {
  if (uri.startsWith("/")) {
    const query = uri.indexOf("?");
    return query === -1 ? uri : uri.slice(0, query);
  }
  return uri.replace(/^https?:\/\/[^/?#]*/, "").split("?", 1)[0] || "/";
}

function allow(
  response: ServerResponse,
  { requestId }: RequestFacts,
  { key, rights, rateLimit }: Extract<Decision, { allowed: true }>,
): void {
  const head = `X-Request-Id: ${requestId}\r\n${identityOf(key, rights)}${rateLimitHead(rateLimit)}`;
  endWithHead(response, head);
}

/**
 * Always all of them: a gateway that copies each from our answer then passes none of the client's own on (S49). Made once for a
 * key as memory has it: what a key may do hangs on nothing else.
 */
function identityOf(key: KeyRecord, { role, permissionLevel }: Rights): string {
  let head = identities.get(key);
  if (head === undefined) {
    head = headOf({
      "Cache-Control": "no-store",
      "X-Keyward-Workspace-Id": key.workspaceId,
      "X-Keyward-Key-Id": key.keyId,
      "X-Keyward-Key-Name": encodeURIComponent(key.name),
      "X-Keyward-Permission-Level": permissionLevel,
      "X-Keyward-User-Id": key.ownerId,
      "X-Keyward-Role": role,
      "X-Keyward-Environment": key.environment,
    });
    identities.set(key, head);
  }
  return head;
}

const identities = new WeakMap<KeyRecord, string>();

function deny(
  response: ServerResponse,
  { requestId }: RequestFacts,
  decision: Denial,
  onlyAuthRequest: boolean,
  server: Runtime,
): void {
  const { status } = errorCodes[decision.code];
  response.setHeader("X-Request-Id", requestId);
  response.setHeader("Cache-Control", "no-store");
  if (decision.rateLimit) setRateLimitHeaders(response, decision.rateLimit);
  response.setHeader("X-Keyward-Status", status);
  response.setHeader("X-Keyward-Error", decision.code);
  sendDenial(response, decision, requestId, server, told(status, onlyAuthRequest));
}

async function refuse(
  response: ServerResponse,
  error: unknown,
  facts: RequestFacts,
  server: Runtime,
  onlyAuthRequest: boolean,
  head: boolean,
): Promise<void> {
  response.setHeader("X-Request-Id", facts.requestId);
  response.setHeader("Cache-Control", "no-store");
  const answer = errorResponse(error, facts.requestId, server);
  const { error: said } = (await answer.clone().json()) as { error: { code: string } };
  response.setHeader("X-Keyward-Status", answer.status);
  response.setHeader("X-Keyward-Error", said.code);
  const status = told(answer.status, onlyAuthRequest);
  await writeResponse(response, new Response(answer.body, { status, headers: answer.headers }), head);
}

/** nginx's auth_request knows 2xx, 401 and 403; every other status would become its own 500. */
function told(status: number, onlyAuthRequest: boolean): number {
  return onlyAuthRequest && status !== 401 ? 403 : status;
}
