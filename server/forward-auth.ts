import type { IncomingMessage, ServerResponse } from "node:http";
import { errorCodes } from "@/lib/contracts/error-codes";
import { AppError } from "@/lib/server/app-error";
import { addressMatches } from "@/lib/server/client-address";
import { type Decision, decide } from "@/lib/server/decisions/decide";
import { mayWrite } from "@/lib/server/decisions/may-write";
import { type OriginalRequest, readOriginalRequest } from "@/lib/server/decisions/original-request";
import { readPresentedKey } from "@/lib/server/decisions/presented-key";
import { errorResponse } from "@/lib/server/http/error-response";
import type { Runtime } from "@/lib/server/runtime";
import { sendDenial, setRateLimitHeaders } from "./decision-answer";
import { writeResponse } from "./node-http";
import type { RequestFacts } from "./request-facts";

const base = "/api/forward-auth";

export function isForwardAuthPath(path: string): boolean {
  return path === base || path.startsWith(`${base}/`);
}

/** What the gateway was told to ask with. */
type Question = { original: OriginalRequest; workspaceId: string | null; onlyAuthRequest: boolean };

/**
 * Answers a gateway that asks whether a request may pass (HTTP.md §6). Allowed is 200 with each identity header; everything
 * else, a mistake in the question too, is a denial with its true status and code in headers of their own. Never throws.
 */
export async function answerForwardAuth(
  request: IncomingMessage,
  response: ServerResponse,
  facts: RequestFacts,
  server: Runtime,
): Promise<void> {
  response.setHeader("X-Request-Id", facts.requestId);
  response.setHeader("Cache-Control", "no-store");
  // Known before anything can fail: nginx must get 403 for every failure, or it answers 500 for it.
  const onlyAuthRequest = facts.path === base && parametersOf(request).get("deny") === "auth_request";
  try {
    const { original, workspaceId } = readQuestion(request, facts, server);
    const decision = await decide(
      {
        presented: readPresentedKey(request.rawHeaders, original.uri, server.keyFormats),
        method: original.method,
        path: pathOf(original.uri),
        clientIp: facts.clientIp,
        userAgent: request.headers["user-agent"] ?? null,
        requestId: facts.requestId,
        source: "forward_auth",
        writes: mayWrite(original.method, request.headers),
        managesKeys: false,
        workspaceId,
      },
      server,
    );
    if (decision.rateLimit) setRateLimitHeaders(response, decision.rateLimit);
    if (decision.allowed) return allow(response, decision);
    const { status } = errorCodes[decision.code];
    response.setHeader("X-Keyward-Status", status);
    response.setHeader("X-Keyward-Error", decision.code);
    sendDenial(response, decision, facts.requestId, server, told(status, onlyAuthRequest));
  } catch (error) {
    await refuse(response, error, facts, server, onlyAuthRequest, request.method === "HEAD");
  }
}

/** @throws AppError `invalid_request` where it is not certain what is asked: fail closed. */
function readQuestion(
  request: IncomingMessage,
  facts: RequestFacts,
  server: Runtime,
): Omit<Question, "onlyAuthRequest"> {
  if (facts.path !== base) {
    // Envoy's way: the path is the original one, and the query is the client's own.
    const uri = (request.url as string).slice(base.length);
    return { original: { method: request.method ?? "", uri }, workspaceId: null };
  }
  const socketAddress = request.socket.remoteAddress ?? "";
  if (!server.env.trustedProxies.some((block) => addressMatches(socketAddress, block)))
    throw new AppError(
      "invalid_request",
      "Only a trusted proxy may ask here: add its address to TRUSTED_PROXIES.",
    );
  const original = readOriginalRequest(request.rawHeaders);
  if (!original)
    throw new AppError(
      "invalid_request",
      "Send exactly one pair of headers, each once: X-Forwarded-Method and X-Forwarded-Uri, or X-Original-Method and X-Original-URI.",
    );
  const parameters = parametersOf(request);
  // Other parameters change nothing: some gateways let the client's own query through.
  const workspaces = parameters.getAll("workspace");
  const denials = parameters.getAll("deny");
  if (workspaces.length > 1 || denials.length > 1 || (denials[0] ?? "auth_request") !== "auth_request")
    throw new AppError("invalid_request", "Give workspace and deny=auth_request once each, or not at all.");
  return { original, workspaceId: workspaces[0] ?? null };
}

function parametersOf(request: IncomingMessage): URLSearchParams {
  const url = request.url ?? "";
  const query = url.indexOf("?");
  return new URLSearchParams(query === -1 ? "" : url.slice(query + 1));
}

/** An absolute URL, which some gateways send, is cut down to its path as well. */
function pathOf(uri: string): string {
  return uri.replace(/^https?:\/\/[^/?#]*/, "").split("?", 1)[0] || "/";
}

/** Always all of them: a gateway that copies each from our answer then passes none of the client's own on (S49). */
function allow(response: ServerResponse, { key, rights }: Extract<Decision, { allowed: true }>): void {
  response.writeHead(200, {
    "X-Keyward-Workspace-Id": key.workspaceId,
    "X-Keyward-Key-Id": key.keyId,
    "X-Keyward-Key-Name": encodeURIComponent(key.name),
    "X-Keyward-Permission-Level": rights.permissionLevel,
    "X-Keyward-User-Id": key.ownerId,
    "X-Keyward-Role": rights.role,
    "X-Keyward-Environment": key.environment,
    "Content-Length": 0,
  });
  response.end();
}

async function refuse(
  response: ServerResponse,
  error: unknown,
  facts: RequestFacts,
  server: Runtime,
  onlyAuthRequest: boolean,
  head: boolean,
): Promise<void> {
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
