import type { RequestHead } from "./request-head";

/** The request that a gateway asks about (forward authentication). */
export type OriginalRequest = { method: string; uri: string };

/**
 * Reads the original request from exactly one pair of headers, each sent once. Null for none, for both pairs and for repeats,
 * because we couldn't tell the gateway's header from one that the client sent.
 */
export function readOriginalRequest(head: RequestHead): OriginalRequest | null {
  const { originalMethod: method, originalUri: uri } = head;
  if (method === undefined || uri === undefined || head.isOriginalUncertain) return null;
  return isMethod(method) && isTarget(uri) ? { method, uri } : null;
}

function isMethod(text: string): boolean {
  return text === "GET" || /^[A-Z-]{1,32}$/.test(text);
}

/** A path with its query, or an absolute URL, which some gateways send. */
function isTarget(text: string): boolean {
  return text.startsWith("/") || /^https?:\/\//.test(text) || text === "*";
}
