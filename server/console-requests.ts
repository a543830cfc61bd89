import { randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { AppError } from "@/lib/contracts/app-error";
import { pathHeader } from "@/lib/server/auth/page-headers";
import type { Env } from "@/lib/server/env";
import { clientIpHeader } from "@/lib/server/http/request-origin";
import { ownOrigins } from "@/lib/server/http/same-origin";
import type { RequestFacts } from "./routes/request-facts";

/** Next.js crashes on other methods, such as TRACE. */
const methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

/** Headers that Next.js trusts, so clients must not be able to set them. */
const trustedByNext = [
  "x-forwarded-host",
  "x-forwarded-proto",
  "x-forwarded-port",
  "x-middleware-subrequest",
  "x-middleware-invoke",
  "x-nonce",
  "content-security-policy",
  "content-security-policy-report-only",
];

/**
 * Prepares a request for Next.js: replaces the headers that Next.js trusts, and sets the security headers of the response. The
 * nonce is new for each response, and a client can't choose it. The host is always that of APP_URL.
 * @throws AppError `invalid_request` for a path that can't be decoded; `method_not_allowed`.
 */
export function prepareForConsole(
  request: IncomingMessage,
  response: ServerResponse,
  facts: RequestFacts,
  env: Env,
  development: boolean,
): void {
  const path = decodePath(request.url ?? "/");
  if (!methods.includes(request.method ?? "")) {
    response.setHeader("Allow", methods.join(", "));
    throw new AppError("method_not_allowed");
  }
  for (const name of trustedByNext) delete request.headers[name];
  const nonce = randomBytes(16).toString("base64");
  const policy = contentSecurityPolicy(nonce, env, development);
  const host = ownOrigins(env).map((origin) => new URL(origin).host);
  if (!host.includes(request.headers.host ?? "")) request.headers.host = host[0];
  request.headers["x-forwarded-proto"] = new URL(env.appUrl).protocol.slice(0, -1);
  request.headers["x-nonce"] = nonce;
  request.headers["content-security-policy"] = policy;
  request.headers["x-request-id"] = facts.requestId;
  request.headers[clientIpHeader] = facts.clientIp;
  request.headers[pathHeader] = encodeURI(path);

  response.setHeader("Content-Security-Policy", policy);
  response.setHeader("X-Content-Type-Options", "nosniff");
  response.setHeader("X-Frame-Options", "DENY");
  const referrer = hasLinkToken(path) ? "no-referrer" : "strict-origin-when-cross-origin";
  response.setHeader("Referrer-Policy", referrer);
  response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
  response.setHeader("Permissions-Policy", "camera=(), microphone=(), geolocation=()");
  if (!env.local) response.setHeader("Strict-Transport-Security", "max-age=31536000; includeSubDomains");
}

/** Pages behind mailed links. Their URL contains a token, so it must not be sent as a referrer. */
function hasLinkToken(path: string): boolean {
  return /^\/(reset-password|verify-email|invitations)(\/|\?|$)/.test(path);
}

function contentSecurityPolicy(nonce: string, env: Env, development: boolean): string {
  return [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${development ? " 'unsafe-eval'" : ""}`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    `connect-src 'self'${development ? " ws:" : ""}`,
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    ...(env.local ? [] : ["upgrade-insecure-requests"]),
  ].join("; ");
}

/** Next.js crashes on a path that can't be decoded. */
function decodePath(url: string): string {
  try {
    return decodeURI(url);
  } catch {
    throw new AppError("invalid_request", "The address is not well-formed.");
  }
}
