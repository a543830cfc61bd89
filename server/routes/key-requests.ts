import type { IncomingMessage, ServerResponse } from "node:http";
import { AppError } from "@/lib/contracts/app-error";
import { keyOperations } from "@/lib/contracts/http-api/key-operations";
import type { Operation } from "@/lib/contracts/http-api/operation";
import { type Decision, type DecisionRequest, decide, isStillAllowed } from "@/lib/engine/decide";
import { enforcedIps } from "@/lib/engine/keys/report-only";
import { limitInForce } from "@/lib/engine/limits/key-limits";
import { mayWrite } from "@/lib/engine/request/may-write";
import { readPresentedKey } from "@/lib/engine/request/presented-key";
import type { KeyActor } from "@/lib/server/actor";
import { errorResponse } from "@/lib/server/http/error-response";
import { makeOrigin } from "@/lib/server/http/request-origin";
import { allowedMethods, findRoute, operationOf } from "@/lib/server/http/routes";
import type { KeyOperationId } from "@/lib/server/key-api/key-request";
import { answerKeyOperation, keyRoutes } from "@/lib/server/key-api/key-routes";
import type { Runtime } from "@/lib/server/runtime";
import { sendAnswer, setHeaders } from "../fast-lane/answer";
import { answerPreflight, corsHead } from "./cors";
import { denialAnswer, rateLimitHead, rotationHead } from "./decision-answer";
import { streamResponse, toRequest, writeResponse } from "./node-http";
import type { RequestFacts } from "./request-facts";

/** Answers a request that authenticates with an API key: finds the route, decides, and handles it. Never throws. */
export async function answerKeyRequest(
  request: IncomingMessage,
  response: ServerResponse,
  facts: RequestFacts,
  server: Runtime,
): Promise<void> {
  response.setHeader("X-Request-Id", facts.requestId);
  response.setHeader("Cache-Control", "no-store");
  setHeaders(response, corsHead(request.rawHeaders, server.env));
  try {
    const found = findRoute(keyRoutes, facts.path);
    if (!found) throw new AppError("not_found");
    const methods = [...allowedMethods(found.route), "OPTIONS"];
    if (request.method === "OPTIONS") return answerPreflight(response, methods);
    const id = operationOf(found.route, request.method);
    if (!id) {
      response.setHeader("Allow", methods.join(", "));
      throw new AppError("method_not_allowed");
    }
    const decisionRequest: DecisionRequest = {
      presented: readPresentedKey(facts.head, request.url ?? "/", server.engine.keyFormats),
      method: request.method ?? "GET",
      path: facts.path,
      clientIp: facts.clientIp,
      userAgent: facts.userAgent,
      requestId: facts.requestId,
      source: "api",
      writes: mayWrite(request.method, facts.head.overrides),
      demands: [],
      query: null,
      route: null,
      custom: (keyOperations[id] as Operation).allowsCustomKeys ? "always" : "never",
      managesKeys: (keyOperations[id] as Operation).managesKeys ?? false,
      workspaceId: null,
    };
    const decision = await decide(decisionRequest, server.engine);
    facts.keyId = decision.key?.keyId ?? null;
    if (!decision.allowed) return sendAnswer(response, denialAnswer(decision, facts.requestId, server));
    setHeaders(response, rateLimitHead(decision.rateLimit) + rotationHead(decision.key));
    await answerAllowed(
      id,
      request,
      response,
      found.params,
      { ...decision, request: decisionRequest },
      facts,
      server,
    );
  } catch (error) {
    await writeResponse(response, errorResponse(error, facts.requestId, server), request.method === "HEAD");
  }
}

async function answerAllowed(
  id: KeyOperationId,
  request: IncomingMessage,
  response: ServerResponse,
  params: Record<string, string>,
  decision: Extract<Decision, { allowed: true }> & { request: DecisionRequest },
  facts: RequestFacts,
  server: Runtime,
): Promise<void> {
  const webRequest = toRequest(request, server.env.appUrl);
  const { key, rateLimit } = decision;
  const answer = await answerKeyOperation(id, {
    request: webRequest,
    url: new URL(webRequest.url),
    params,
    actor: keyActor(decision, facts, server),
    key,
    rateLimit,
    isStillAllowed: () => isStillAllowed(decision.request, server.engine),
  });
  const { streams } = keyOperations[id] as Operation;
  if (streams) await streamResponse(response, answer, request.method === "HEAD");
  else await writeResponse(response, answer, request.method === "HEAD");
}

function keyActor(
  { key, rights }: Extract<Decision, { allowed: true }>,
  facts: RequestFacts,
  server: Runtime,
): KeyActor {
  return {
    ...key,
    ...rights,
    allowedIps: enforcedIps(key, Date.now()),
    type: "key",
    limitPerMinute: limitInForce(key, server.engine),
    origin: makeOrigin(facts.clientIp, facts.userAgent, facts.requestId),
  };
}
