import type { IncomingMessage, ServerResponse } from "node:http";
import { headerOf } from "@/lib/engine/request/raw-headers";
import type { Env } from "@/lib/server/env";
import { setHeaders } from "../fast-lane/answer";
import type { RequestFacts } from "./request-facts";

/**
 * Header lines that let a page of the origins in API_CORS_ORIGINS read an answer, denials included. Never with credentials: a
 * program sends a key itself, a browser does not add one.
 */
export function corsHead(rawHeaders: readonly string[], { apiCorsOrigins }: Env): string {
  if (apiCorsOrigins.length === 0) return "";
  const origin = headerOf(rawHeaders, "origin");
  if (origin === undefined || !apiCorsOrigins.includes(origin)) return "Vary: Origin\r\n";
  return `Vary: Origin\r\nAccess-Control-Allow-Origin: ${origin}\r\nAccess-Control-Expose-Headers: X-Request-Id, RateLimit, RateLimit-Policy, Retry-After\r\n`;
}

/**
 * Answers a preflight for Keyward's own API.
 * @param response Has the lines of corsHead.
 * @param methods What the route takes, with OPTIONS.
 */
export function answerPreflight(response: ServerResponse, methods: string[]): void {
  if (response.hasHeader("Access-Control-Allow-Origin"))
    allow(response, methods, "Authorization, X-Api-Key, Content-Type, Idempotency-Key, X-Request-Id");
  response.writeHead(204, { Allow: methods.join(", ") });
  response.end();
}

const everyMethod = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

/**
 * Answers a preflight that a gateway hands on in place of the API behind it. That API's methods and headers are not known here,
 * and the request itself is judged when it comes: all that are asked for may be sent.
 */
export function answerGatewayPreflight(
  request: IncomingMessage,
  response: ServerResponse,
  { requestId }: RequestFacts,
  env: Env,
): void {
  response.setHeader("X-Request-Id", requestId);
  response.setHeader("Cache-Control", "no-store");
  if (request.method !== "OPTIONS") {
    response.writeHead(405, { Allow: "OPTIONS" });
    response.end();
    return;
  }
  setHeaders(response, corsHead(request.rawHeaders, env));
  if (response.hasHeader("Access-Control-Allow-Origin")) {
    response.setHeader("Vary", "Origin, Access-Control-Request-Headers");
    const headers = headerOf(request.rawHeaders, "access-control-request-headers");
    allow(response, everyMethod, headers ?? null);
  }
  response.writeHead(204);
  response.end();
}

function allow(response: ServerResponse, methods: string[], headers: string | null): void {
  response.setHeader("Access-Control-Allow-Methods", methods.join(", "));
  if (headers !== null) response.setHeader("Access-Control-Allow-Headers", headers);
  response.setHeader("Access-Control-Max-Age", 600);
}
