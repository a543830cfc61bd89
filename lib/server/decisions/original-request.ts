/** The request that a gateway asks about, as the gateway tells it. */
export type OriginalRequest = { method: string; uri: string };

const pairs = [
  ["x-forwarded-method", "x-forwarded-uri"],
  ["x-original-method", "x-original-uri"],
] as const;

/**
 * Reads the original request from exactly one pair of headers, each sent once (HTTP.md §6). None, both or a repeat is null: it
 * would be a guess which one the gateway wrote and which one a client smuggled past it.
 * @param rawHeaders Names and values in turn, as node:http gives them.
 */
export function readOriginalRequest(rawHeaders: readonly string[]): OriginalRequest | null {
  const values = new Map<string, string>();
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const raw = rawHeaders[index] as string;
    // x-original-uri, x-forwarded-uri, x-original-method and x-forwarded-method have these lengths; no other is lower-cased.
    if (raw.length < 14 || raw.length > 18) continue;
    // A gateway that turns _ into - would make a second header of the same name of it: both spellings count.
    const name = raw.toLowerCase().replaceAll("_", "-");
    if (!names.has(name)) continue;
    if (values.has(name)) return null;
    values.set(name, rawHeaders[index + 1] as string);
  }
  if (values.size !== 2) return null;
  for (const [method, uri] of pairs) {
    const found = { method: values.get(method), uri: values.get(uri) };
    if (found.method === undefined || found.uri === undefined) continue;
    return isMethod(found.method) && isTarget(found.uri) ? { method: found.method, uri: found.uri } : null;
  }
  return null;
}

const names = new Set<string>(pairs.flat());

function isMethod(text: string): boolean {
  return /^[A-Z-]{1,32}$/.test(text);
}

/** A path with its query, or an absolute URL, which some gateways send. */
function isTarget(text: string): boolean {
  return /^(\/|https?:\/\/)/.test(text) || text === "*";
}
