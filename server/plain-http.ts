import type { IncomingMessage, ServerResponse } from "node:http";
import { AppError } from "@/lib/contracts/app-error";
import { isTrustedProxy } from "@/lib/engine/request/client-address";
import type { Env } from "@/lib/server/env";
import { errorResponse } from "@/lib/server/http/error-response";
import { isKeyApiPath } from "@/lib/server/key-api/key-routes";
import type { Runtime } from "@/lib/server/runtime";
import { isServicePath } from "@/lib/server/service-api/service-routes";
import { isProcessPath } from "./process-requests";
import { isForwardAuthPath } from "./routes/forward-auth";
import { writeResponse } from "./routes/node-http";
import type { RequestFacts } from "./routes/request-facts";
import { isPagePath } from "./unavailable-page";

/** Requests without a secret: probes, which come from machines that no one lists, and what gateways ask for browsers. */
const withoutSecret = ["/api/health", "/api/ready", "/api/preflight"];

/**
 * Refuses a request that crossed a network without TLS (docs/tls.md): with a redirect to APP_URL if it is for a page, else with
 * `https_required`, because a program that follows redirects would never notice that it sends its key in the clear. Questions of
 * gateways pass: a gateway stands in the same network, and says nothing about its own clients' connections.
 * @returns Whether it was refused and answered.
 */
export function refusePlainHttp(
  request: IncomingMessage,
  response: ServerResponse,
  facts: RequestFacts,
  server: Pick<Runtime, "env" | "log">,
): boolean {
  const { env } = server;
  if (env.local || withoutSecret.includes(facts.path) || isForwardAuthPath(facts.path)) return false;
  const scheme = forwardedScheme(request.rawHeaders);
  if (!isPlainHttp(request.socket.remoteAddress, facts.clientIp, scheme, env)) return false;
  if (isForBrowsers(facts.path) && ["GET", "HEAD"].includes(request.method ?? "")) {
    const target = request.url?.startsWith("/") ? request.url : "/";
    response.writeHead(308, { Location: env.appUrl + target, "Cache-Control": "no-store" });
    response.end();
  } else {
    const answer = errorResponse(new AppError("https_required"), facts.requestId, server);
    void writeResponse(response, answer, request.method === "HEAD");
  }
  return true;
}

/**
 * Whether a request may have crossed a network without TLS. A trusted proxy that doesn't say how it was asked is believed to have been
 * asked over https.
 * @param peer The other end of the socket.
 * @param scheme What the peer says about the client's connection, or null.
 */
export function isPlainHttp(
  peer: string | undefined,
  clientIp: string,
  scheme: string | null,
  { trustedProxies, plainHttpFrom }: Pick<Env, "trustedProxies" | "plainHttpFrom">,
): boolean {
  if (!isTrustedProxy(peer, trustedProxies)) return !isTrustedProxy(peer, plainHttpFrom);
  return scheme !== null && scheme !== "https" && !isTrustedProxy(clientIp, plainHttpFrom);
}

/** Whether a path is a page of the console, which only browsers ask for. */
function isForBrowsers(path: string): boolean {
  return isPagePath(path) && ![isKeyApiPath, isServicePath, isProcessPath].some((isOwn) => isOwn(path));
}

/** The first value of X-Forwarded-Proto, which is that of the client's own connection. */
function forwardedScheme(rawHeaders: readonly string[]): string | null {
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] as string;
    if (name.length === 17 && name.toLowerCase() === "x-forwarded-proto")
      return (rawHeaders[index + 1] as string).split(",", 1)[0]?.trim().toLowerCase() ?? null;
  }
  return null;
}
