import type { Denial } from "./verdict";

export type DenialAnswer = { status: number; headers: Record<string, string>; body: string };

/** A denial as Keyward answers it itself: status, headers and the JSON body. */
export function denialAnswer(denial: Denial): DenialAnswer {
  const { code, message, status, requestId, docUrl, rateLimit, retryAfterSeconds } = denial;
  const challenge = challengeOf(denial);
  return {
    status,
    headers: {
      "Content-Type": "application/json; charset=utf-8",
      "Cache-Control": "no-store",
      "X-Request-Id": requestId,
      ...(challenge && { "WWW-Authenticate": challenge }),
      ...(retryAfterSeconds !== null && { "Retry-After": String(retryAfterSeconds) }),
      ...(rateLimit && {
        "RateLimit-Policy": `"default";q=${rateLimit.limit};w=${rateLimit.windowSeconds}`,
        RateLimit: `"default";r=${rateLimit.remaining};t=${retryAfterSeconds ?? secondsUntil(rateLimit.resetAt)}`,
      }),
    },
    body: JSON.stringify({ error: { code, message, request_id: requestId, doc_url: docUrl } }),
  };
}

/** RFC 6750 §3: no `error` where no credential came. */
function challengeOf({ code, status }: Denial): string | null {
  if (code === "missing_key") return 'Bearer realm="keyward"';
  if (code === "insufficient_permissions") return 'Bearer realm="keyward", error="insufficient_scope"';
  return status === 401 ? 'Bearer realm="keyward", error="invalid_token"' : null;
}

function secondsUntil(moment: Date): number {
  return Math.max(0, Math.ceil((moment.getTime() - Date.now()) / 1000));
}
