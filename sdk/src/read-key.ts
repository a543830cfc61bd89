import { type HeaderSource, headerValues, isFolded } from "./read-headers";

/** The key of a request, or why there is none. */
export type ReadKey =
  | { ok: true; key: string }
  | { ok: false; code: "missing_key" | "invalid_key" | "invalid_request"; message: string };

/** Keyward accepts no longer keys, so they need no question. */
const longestKey = 512;

/**
 * Reads the key from `x-api-key: KEY`, `Authorization: Bearer KEY` or `Authorization: api-key KEY`, as Keyward does: the same
 * key in two forms is fine. What could be read in two ways is `invalid_request`, because another program could read it differently.
 */
export function readKey(headers: HeaderSource): ReadKey {
  const authorizations = headerValues(headers, "authorization");
  const apiKeys = headerValues(headers, "x-api-key");
  const folded = isFolded(headers);
  if (authorizations.length > 1 || (folded && authorizations.some(holdsTwoCredentials)))
    return refused("The Authorization header was sent more than once.");
  // No key contains a comma: a comma in a joined header separates two of them.
  if (apiKeys.length > 1 || (folded && apiKeys.some((value) => value.includes(","))))
    return refused("The x-api-key header was sent more than once.");
  const fromAuthorization = readAuthorization((authorizations[0] ?? "").trim());
  if (fromAuthorization?.ok === false) return fromAuthorization;
  const apiKey = apiKeys[0]?.trim();
  if (apiKey !== undefined && fromAuthorization && apiKey !== fromAuthorization.key)
    return refused("Two different API keys were sent.");
  const key = apiKey ?? fromAuthorization?.key;
  if (!key)
    return {
      ok: false,
      code: "missing_key",
      message: "No API key was sent. Send it as x-api-key, or as Authorization: Bearer.",
    };
  if (key.length > longestKey) return invalid("This API key is malformed. Check that you copied all of it.");
  return { ok: true, key };
}

const ourScheme = /^(?:bearer|api-key)(?: |$)/i;

/** `Bearer KEY` or `api-key KEY`; undefined for any other scheme, which is not for Keyward. */
function readAuthorization(value: string): ReadKey | undefined {
  if (value === "") return undefined;
  if (!value.includes(" ")) {
    // A scheme without a key is not a credential.
    if (ourScheme.test(value)) return undefined;
    return invalid(
      "The Authorization header has no scheme. Send it as: Authorization: Bearer KEY, or Authorization: api-key KEY.",
    );
  }
  if (!ourScheme.test(value)) return undefined;
  return { ok: true, key: value.slice(value.indexOf(" ")).trim() };
}

/** Parameters of one credential, as in Digest, are `name=value`. A second credential begins with a scheme and a space. */
function holdsTwoCredentials(value: string): boolean {
  const [, ...more] = value.split(",");
  if (more.length === 0) return false;
  return ourScheme.test(value.trim()) || more.some((part) => /^[\w!#$%&'*+.^`|~-]+ /.test(part.trim()));
}

function refused(message: string): ReadKey {
  return { ok: false, code: "invalid_request", message };
}

function invalid(message: string): ReadKey {
  return { ok: false, code: "invalid_key", message };
}
