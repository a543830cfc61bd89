import { wholeSeconds } from "@/lib/contracts/app-error";
import { type ErrorCode, errorCodes } from "@/lib/contracts/error-codes";
import type { Denial, RateLimit } from "@/lib/engine/decide";
import type { KeyRecord } from "@/lib/engine/keys/key-record";
import { errorBody } from "@/lib/server/http/error-response";
import type { Runtime } from "@/lib/server/runtime";
import type { Answer } from "../fast-lane/answer";

/** The answer to a denied request. `status` differs from the code's for gateways that understand 401 and 403 only. */
export function denialAnswer(
  decision: Denial,
  requestId: string,
  server: Runtime,
  status: number = errorCodes[decision.code].status,
): Answer {
  const { code, message, rateLimit } = decision;
  let head = rateLimit ? rateLimitHead(rateLimit) : "";
  if (decision.key) head += rotationHead(decision.key);
  const challenge = challengeOf(code);
  if (challenge) head += `WWW-Authenticate: ${challenge}\r\n`;
  if (code === "rate_limit_exceeded" || code === "quota_exceeded") {
    const seconds = decision.retryAfterSeconds ?? wholeSeconds(rateLimit?.nextInMs ?? 0);
    head += `Retry-After: ${seconds}\r\n`;
  }
  head += jsonLine;
  return { status, head, body: JSON.stringify(errorBody(code, message, requestId, server.env.appUrl)) };
}

export const jsonLine = "Content-Type: application/json; charset=utf-8\r\n";

/**
 * Tells the program behind a key that was rotated that it has to change to the successor: in our own words, as Deprecation
 * (RFC 9745) and, if the end is known, as Sunset (RFC 8594). Empty for other keys.
 */
export function rotationHead({ rotatedAt, expiresAt }: KeyRecord): string {
  if (!rotatedAt) return "";
  const deprecated = `Deprecation: @${Math.floor(rotatedAt.getTime() / 1000)}\r\n`;
  if (!expiresAt) return `X-Keyward-Key-Rotated: ends=unknown\r\n${deprecated}`;
  return `X-Keyward-Key-Rotated: ends=${expiresAt.toISOString()}\r\n${deprecated}Sunset: ${expiresAt.toUTCString()}\r\n`;
}

/** RFC 6750 §3: no `error` when no credential was sent. */
function challengeOf(code: ErrorCode): string | null {
  if (code === "missing_key") return 'Bearer realm="keyward"';
  if (code === "insufficient_permissions") return 'Bearer realm="keyward", error="insufficient_scope"';
  return errorCodes[code].status === 401 ? 'Bearer realm="keyward", error="invalid_token"' : null;
}

/** Header lines of draft-ietf-httpapi-ratelimit-headers-11, and the older X-RateLimit-* for clients that read those. */
export function rateLimitHead({ limit, remaining, nextInMs, fullInMs }: RateLimit): string {
  const secondsToMore = wholeSeconds(remaining > 0 ? fullInMs : nextInMs);
  const reset = Math.ceil((Date.now() + fullInMs) / 1000);
  return `RateLimit-Policy: "default";q=${limit};w=60\r\nRateLimit: "default";r=${remaining};t=${fullInMs > 0 ? secondsToMore : 0}\r\nX-RateLimit-Limit: ${limit}\r\nX-RateLimit-Remaining: ${remaining}\r\nX-RateLimit-Reset: ${reset}\r\n`;
}
