/** The request that a gateway asks about, as the gateway tells it. */
export type OriginalRequest = { method: string; uri: string };

/**
 * Reads the original request from exactly one pair of headers, each sent once (HTTP.md §6). None, both or a repeat is null: it
 * would be a guess which one the gateway wrote and which one a client smuggled past it.
 * @param rawHeaders Names and values in turn, as node:http gives them.
 */
export function readOriginalRequest(rawHeaders: readonly string[]): OriginalRequest | null {
  let pair: string | null = null;
  let method: string | null = null;
  let uri: string | null = null;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const raw = rawHeaders[index] as string;
    // x-original-uri, x-forwarded-uri, x-original-method and x-forwarded-method have these lengths; no other is lower-cased.
    if (raw.length < 14 || raw.length > 18) continue;
    // A gateway that turns _ into - would make a second header of the same name of it: both spellings count.
    const match = /^x[-_](forwarded|original)[-_](method|uri)$/i.exec(raw);
    if (!match) continue;
    const [, from, part] = match as unknown as [string, string, string];
    if (pair !== null && pair !== from.toLowerCase()) return null;
    pair = from.toLowerCase();
    const value = rawHeaders[index + 1] as string;
    if (part.length === 3) {
      if (uri !== null) return null;
      uri = value;
    } else {
      if (method !== null) return null;
      method = value;
    }
  }
  return method !== null && uri !== null && isMethod(method) && isTarget(uri) ? { method, uri } : null;
}

function isMethod(text: string): boolean {
  return /^[A-Z-]{1,32}$/.test(text);
}

/** A path with its query, or an absolute URL, which some gateways send. */
function isTarget(text: string): boolean {
  return /^(\/|https?:\/\/)/.test(text) || text === "*";
}
