import { cleanText } from "@/lib/engine/log/clean-text";
import type { Origin } from "../actor";
import { newId } from "../new-id";
import { runtime } from "../runtime";

/** Set by the server process on every request to Next.js, replacing any value from the client. */
export const clientIpHeader = "x-keyward-client-ip";

/** The origin of a request, for sessions, audit events, and the access log. */
export function requestOrigin(headers: Headers): Origin {
  return makeOrigin(
    headers.get(clientIpHeader),
    headers.get("user-agent"),
    headers.get("x-request-id") ?? newId("req"),
  );
}

/** Origins are stored and mailed, so their text is reduced to one line and key-shaped text is masked. */
export function makeOrigin(ip: string | null, userAgent: string | null, requestId: string): Origin {
  const { keyFormats } = runtime().engine;
  return {
    ip,
    userAgent: userAgent ? cleanText(keyFormats.mask(userAgent), 512) : null,
    requestId: keyFormats.mask(requestId),
  };
}
