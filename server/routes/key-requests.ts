import type { IncomingMessage, ServerResponse } from "node:http";
import { AppError } from "@/lib/contracts/app-error";
import { type Decision, decide } from "@/lib/engine/decide";
import { limitInForce } from "@/lib/engine/limits/key-limits";
import { mayWrite } from "@/lib/engine/request/may-write";
import { readPresentedKey } from "@/lib/engine/request/presented-key";
import type { KeyActor } from "@/lib/server/actor";
import { errorResponse } from "@/lib/server/http/error-response";
import { makeOrigin } from "@/lib/server/http/request-origin";
import type { KeyRouteHandler } from "@/lib/server/key-api/key-request";
import { findKeyRoute } from "@/lib/server/key-api/key-routes";
import type { Runtime } from "@/lib/server/runtime";
import { sendAnswer, setHeaders } from "../fast-lane/answer";
import { answerPreflight, corsHead } from "./cors";
import { denialAnswer, rateLimitHead } from "./decision-answer";
import { toRequest, writeResponse } from "./node-http";
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
    const found = findKeyRoute(facts.path);
    if (!found) throw new AppError("not_found");
    const methods = [...Object.keys(found.route.methods), "OPTIONS"];
    if (request.method === "OPTIONS") return answerPreflight(response, methods);
    const handle = found.route.methods[request.method as keyof typeof found.route.methods];
    if (!handle) {
      response.setHeader("Allow", methods.join(", "));
      throw new AppError("method_not_allowed");
    }
    const decision = await decide(
      {
        presented: readPresentedKey(facts.head, request.url ?? "/", server.engine.keyFormats),
        method: request.method ?? "GET",
        path: facts.path,
        clientIp: facts.clientIp,
        userAgent: facts.userAgent,
        requestId: facts.requestId,
        source: "api",
        writes: mayWrite(request.method, facts.head.overrides),
        managesKeys: found.route.managesKeys,
        workspaceId: null,
      },
      server.engine,
    );
    if (!decision.allowed) return sendAnswer(response, denialAnswer(decision, facts.requestId, server));
    setHeaders(response, rateLimitHead(decision.rateLimit));
    await handleAllowed(handle, request, response, found.params, decision, facts, server);
  } catch (error) {
    await writeResponse(response, errorResponse(error, facts.requestId, server), request.method === "HEAD");
  }
}

async function handleAllowed(
  handle: KeyRouteHandler,
  request: IncomingMessage,
  response: ServerResponse,
  params: Record<string, string>,
  decision: Extract<Decision, { allowed: true }>,
  facts: RequestFacts,
  server: Runtime,
): Promise<void> {
  const webRequest = toRequest(request, server.env.appUrl);
  const { key, rateLimit } = decision;
  const answer = await handle({
    request: webRequest,
    url: new URL(webRequest.url),
    params,
    actor: keyActor(decision, facts, server),
    key,
    rateLimit,
  });
  await writeResponse(response, answer, request.method === "HEAD");
}

function keyActor(
  { key, rights }: Extract<Decision, { allowed: true }>,
  facts: RequestFacts,
  server: Runtime,
): KeyActor {
  return {
    ...key,
    ...rights,
    type: "key",
    limitPerMinute: limitInForce(key, server.engine),
    origin: makeOrigin(facts.clientIp, facts.userAgent, facts.requestId),
  };
}
