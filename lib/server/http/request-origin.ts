import { cleanText } from "../access-log/clean-text";
import type { Origin } from "../actor";
import { newId } from "../new-id";

/** Set by the server process on every request it hands to Next.js, whatever the client sent by that name. */
export const clientIpHeader = "x-keyward-client-ip";

/** Where a request came from, for sessions, audit events and the access log. */
export function requestOrigin(headers: Headers): Origin {
  return {
    ip: headers.get(clientIpHeader),
    userAgent: cleanText(headers.get("user-agent"), 512),
    requestId: headers.get("x-request-id") ?? newId("req"),
  };
}
