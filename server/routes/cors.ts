import type { ServerResponse } from "node:http";
import { headerOf } from "@/lib/engine/request/raw-headers";
import type { Env } from "@/lib/server/env";
import { setHeaders } from "../fast-lane/answer";
import type { ProcessRequest } from "./process-request";

/**
 * Header lines that let pages of the origins in API_CORS_ORIGINS read a response, including denials. Never with credentials:
 * programs send the key themselves, so browsers don't need to add any.
 */
export function corsHead(rawHeaders: readonly string[], { apiCorsOrigins }: Env): string {
  if (apiCorsOrigins.length === 0) return "";
  const origin = headerOf(rawHeaders, "origin");
  if (origin === undefined || !apiCorsOrigins.includes(origin)) return "Vary: Origin\r\n";
  return `Vary: Origin\r\nAccess-Control-Allow-Origin: ${origin}\r\nAccess-Control-Expose-Headers: X-Request-Id, RateLimit, RateLimit-Policy, Retry-After\r\n`;
}

/**
 * Answers a preflight for Keyward's own API.
 * @param response Already has the headers of corsHead.
 * @param methods The methods of the route, including OPTIONS.
 */
export function answerPreflight(response: ServerResponse, methods: string[]): void {
  if (response.hasHeader("Access-Control-Allow-Origin"))
    allow(response, methods, "Authorization, X-Api-Key, Content-Type, Idempotency-Key, X-Request-Id");
  response.writeHead(204, { Allow: methods.join(", ") });
  response.end();
}

const everyMethod = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

/**
 * Answers a preflight that a gateway forwards on behalf of the API behind it. We don't know that API's methods and headers, so all
 * are allowed. The request itself is still decided when it comes.
 */
export function answerGatewayPreflight({ request, response, server }: ProcessRequest): void {
  response.setHeader("Cache-Control", "no-store");
  setHeaders(response, corsHead(request.rawHeaders, server.env));
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
