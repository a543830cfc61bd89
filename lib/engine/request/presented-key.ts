import type { KeyFormats } from "../keys/key-format";
import type { RequestHead } from "./request-head";

/** The API key that a request sent, or why there is none. */
export type PresentedKey =
  | { ok: true; secret: string }
  | { ok: false; code: "missing_key" | "invalid_key" | "invalid_request"; message: string };

/**
 * Reads the one key of a request.
 * @param url The request target. It must not contain a key, because URLs end up in logs and browser histories.
 */
export function readPresentedKey(head: RequestHead, url: string, formats: KeyFormats): PresentedKey {
  if (head.repeated) return refused(`The ${head.repeated} header was sent more than once.`);
  if (formats.holdsKey(url))
    return refused("An API key must never be part of a URL. Send it in a header, and revoke this one.");
  const apiKey = head.apiKey?.trim();
  const fromAuthorization =
    head.authorization === undefined ? undefined : readAuthorization(head.authorization.trim());
  if (fromAuthorization?.ok === false) return fromAuthorization;
  const bearer = fromAuthorization?.secret;
  if (apiKey !== undefined && bearer !== undefined && apiKey !== bearer)
    return refused("Two different API keys were sent.");
  const secret = apiKey ?? bearer;
  if (!secret)
    return {
      ok: false,
      code: "missing_key",
      message: "No API key was sent. Send it as x-api-key, or as Authorization: Bearer.",
    };
  return { ok: true, secret };
}

const ourSchemes = new Set(["bearer", "api-key"]);

/** Reads `Bearer KEY` or `api-key KEY`. Undefined for any other scheme, which isn't meant for us. */
function readAuthorization(value: string): PresentedKey | undefined {
  const space = value.indexOf(" ");
  if (space === -1) {
    // A scheme without a key counts as no credential.
    if (value === "" || ourSchemes.has(value.toLowerCase())) return undefined;
    const message =
      "The Authorization header has no scheme. Send it as: Authorization: Bearer KEY, or Authorization: api-key KEY.";
    return { ok: false, code: "invalid_key", message };
  }
  if (!ourSchemes.has(value.slice(0, space).toLowerCase())) return undefined;
  return { ok: true, secret: value.slice(space).trim() };
}

function refused(message: string): PresentedKey {
  return { ok: false, code: "invalid_request", message };
}
