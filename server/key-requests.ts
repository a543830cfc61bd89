import type { IncomingMessage, ServerResponse } from "node:http";
import { type ErrorCode, errorCodes } from "@/lib/contracts/error-codes";
import type { KeyActor } from "@/lib/server/actor";
import { AppError } from "@/lib/server/app-error";
import { type Decision, decide, type RateLimit } from "@/lib/server/decisions/decide";
import { limitInForce } from "@/lib/server/decisions/key-limits";
import { errorBody, errorResponse } from "@/lib/server/http/error-response";
import { findKeyRoute } from "@/lib/server/key-api/key-routes";
import type { KeyRouteHandler } from "@/lib/server/key-api/key-visit";
import type { Runtime } from "@/lib/server/runtime";
import { toRequest, writeResponse } from "./node-http";
import type { RequestFacts } from "./request-facts";

const safeMethods = new Set(["GET", "HEAD", "OPTIONS"]);
const overrideHeaders = ["x-http-method-override", "x-http-method", "x-method-override"];

/** Answers a request of the key-authenticated API (HTTP.md §2–4): route, decide, handle. Never throws. */
export async function answerKeyRequest(
  request: IncomingMessage,
  response: ServerResponse,
  facts: RequestFacts,
  server: Runtime,
): Promise<void> {
  response.setHeader("X-Request-Id", facts.requestId);
  response.setHeader("Cache-Control", "no-store");
  allowOrigin(request, response, server);
  try {
    const found = findKeyRoute(facts.path);
    if (!found) throw new AppError("not_found");
    const methods = [...Object.keys(found.route.methods), "OPTIONS"];
    if (request.method === "OPTIONS") return preflight(response, methods);
    const handle = found.route.methods[request.method as keyof typeof found.route.methods];
    if (!handle) {
      response.setHeader("Allow", methods.join(", "));
      throw new AppError("method_not_allowed");
    }
    const decision = await decide(
      {
        rawHeaders: request.rawHeaders,
        url: request.url ?? "/",
        method: request.method ?? "GET",
        path: facts.path,
        clientIp: facts.clientIp,
        userAgent: request.headers["user-agent"] ?? null,
        requestId: facts.requestId,
        source: "api",
        writes: writes(request),
        managesKeys: found.route.managesKeys,
      },
      server,
    );
    if (decision.rateLimit) setRateLimitHeaders(response, decision.rateLimit);
    if (!decision.allowed) return deny(response, decision, facts.requestId, server);
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
    actor: keyActor(decision, request, facts, server),
    key,
    rateLimit,
  });
  await writeResponse(response, answer, request.method === "HEAD");
}

function keyActor(
  { key, rights }: Extract<Decision, { allowed: true }>,
  request: IncomingMessage,
  facts: RequestFacts,
  server: Runtime,
): KeyActor {
  const {
    workspaceId,
    keyId,
    name,
    ownerId,
    environment,
    allowedIps,
    rateLimitPerMinute,
    expiresAt,
    lifetimeSeconds,
  } = key;
  const userAgent = server.keyFormats.mask(request.headers["user-agent"] ?? "") || null;
  const origin = { ip: facts.clientIp, userAgent, requestId: facts.requestId };
  return {
    type: "key",
    workspaceId,
    keyId,
    name,
    ownerId,
    environment,
    allowedIps,
    rateLimitPerMinute,
    limitPerMinute: limitInForce(key, server),
    expiresAt,
    lifetimeSeconds,
    ...rights,
    origin,
  };
}

/** Whether a request may change something. A header that overrides the method counts as the method it names (S31). */
function writes(request: IncomingMessage): boolean {
  if (!safeMethods.has(request.method ?? "")) return true;
  return overrideHeaders.some((name) => {
    const value = request.headers[name];
    return value !== undefined && !safeMethods.has(String(value).trim().toUpperCase());
  });
}

function deny(
  response: ServerResponse,
  decision: Extract<Decision, { allowed: false }>,
  requestId: string,
  server: Runtime,
): void {
  const { code, message, rateLimit } = decision;
  const challenge = challengeOf(code);
  if (challenge) response.setHeader("WWW-Authenticate", challenge);
  if (code === "rate_limit_exceeded") {
    response.setHeader(
      "Retry-After",
      decision.retryAfterSeconds ?? secondsUntil(rateLimit?.nextAt ?? 0, rateLimit?.now ?? 0),
    );
  }
  const body = JSON.stringify(errorBody(code, message, requestId, server.env.appUrl));
  response.writeHead(errorCodes[code].status, {
    "Content-Type": "application/json; charset=utf-8",
    "Content-Length": Buffer.byteLength(body),
  });
  response.end(body);
}

/** RFC 6750 §3: no `error` where no credential came. */
function challengeOf(code: ErrorCode): string | null {
  if (code === "missing_key") return 'Bearer realm="keyward"';
  if (code === "insufficient_permissions") return 'Bearer realm="keyward", error="insufficient_scope"';
  return errorCodes[code].status === 401 ? 'Bearer realm="keyward", error="invalid_token"' : null;
}

/** draft-ietf-httpapi-ratelimit-headers-11, and the older X-RateLimit-* for who reads those. */
function setRateLimitHeaders(
  response: ServerResponse,
  { limit, remaining, nextAt, fullAt, now }: RateLimit,
): void {
  const secondsToMore = remaining > 0 ? secondsUntil(fullAt, now) : secondsUntil(nextAt, now);
  response.setHeader("RateLimit-Policy", `"default";q=${limit};w=60`);
  response.setHeader("RateLimit", `"default";r=${remaining};t=${fullAt > now ? secondsToMore : 0}`);
  response.setHeader("X-RateLimit-Limit", limit);
  response.setHeader("X-RateLimit-Remaining", remaining);
  response.setHeader("X-RateLimit-Reset", Math.ceil((Date.now() + Math.max(0, fullAt - now)) / 1000));
}

/** Whole seconds until a moment, at least 1. */
function secondsUntil(moment: number, now: number): number {
  return Math.max(1, Math.ceil((moment - now) / 1000));
}

/** CORS for the origins the operator named. Never with credentials: a key is sent by hand, not by a browser. */
function allowOrigin(request: IncomingMessage, response: ServerResponse, server: Runtime): void {
  if (server.env.apiCorsOrigins.length === 0) return;
  response.setHeader("Vary", "Origin");
  const origin = request.headers.origin;
  if (!origin || !server.env.apiCorsOrigins.includes(origin)) return;
  response.setHeader("Access-Control-Allow-Origin", origin);
  response.setHeader(
    "Access-Control-Expose-Headers",
    "X-Request-Id, RateLimit, RateLimit-Policy, Retry-After",
  );
}

function preflight(response: ServerResponse, methods: string[]): void {
  if (response.hasHeader("Access-Control-Allow-Origin")) {
    response.setHeader("Access-Control-Allow-Methods", methods.join(", "));
    response.setHeader(
      "Access-Control-Allow-Headers",
      "Authorization, X-Api-Key, Content-Type, Idempotency-Key, X-Request-Id",
    );
    response.setHeader("Access-Control-Max-Age", 600);
  }
  response.writeHead(204, { Allow: methods.join(", ") });
  response.end();
}
