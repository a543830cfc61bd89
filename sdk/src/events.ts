import { createHmac, timingSafeEqual } from "node:crypto";
import { KeywardError } from "./keyward-error";
import { type HeaderSource, headerValues } from "./read-headers";

/** An event that Keyward sent. `data` depends on the type: see docs/http-api.md, 4.4. */
export type KeywardEvent = {
  /** The same each time the event is sent. Remember it to recognize repeats. */
  id: string;
  type: string;
  /** RFC 3339. */
  createdAt: string;
  workspaceId: string;
  data: Record<string, unknown>;
};

export type EventToRead = {
  /** The bytes of the body as they came. A body that was parsed and serialized again has another signature. */
  body: string | Uint8Array;
  /** `request.rawHeaders` of node:http, or a web-standard `Headers`. */
  headers: HeaderSource;
  /** The subscription's signing secret. While you change it, the new and the previous one. */
  secret: string | readonly string[];
  /** How far the time of signing may be from now, in seconds: a positive number. 300 by default. */
  toleranceSeconds?: number;
};

/** The request isn't an event from Keyward, or not a recent one. Answer it with 400. */
export class KeywardEventError extends KeywardError {
  override name = "KeywardEventError";
}

/**
 * Checks the signature of a delivery and returns its event.
 * @throws KeywardEventError if `X-Keyward-Signature` is missing, malformed, too old or wrong, or the body isn't an event.
 */
export function readEvent({ body, headers, secret, toleranceSeconds = 300 }: EventToRead): KeywardEvent {
  const secrets = typeof secret === "string" ? [secret] : secret;
  if (secrets.length === 0 || secrets.some((one) => !one))
    throw new TypeError("Give the signing secret of the subscription as secret.");
  if (!(toleranceSeconds > 0)) throw new TypeError("Give a positive number as toleranceSeconds.");
  const { seconds, signatures } = parseSignature(headerValues(headers, "x-keyward-signature"));
  if (!(Math.abs(Date.now() / 1000 - seconds) <= toleranceSeconds))
    throw new KeywardEventError(
      "The signature is too old, or from the future. Check the clock of this server, or ask Keyward to send the event again.",
    );
  const bytes = typeof body === "string" ? Buffer.from(body) : body;
  const isSigned = secrets.some((one) => {
    const expected = createHmac("sha256", one).update(`${seconds}.`).update(bytes).digest();
    return signatures.some((given) => timingSafeEqual(given, expected));
  });
  if (!isSigned)
    throw new KeywardEventError(
      "The signature is wrong. Check the signing secret, and that the body is read as it came, before anything parses it.",
    );
  return parseEvent(Buffer.from(bytes).toString("utf8"));
}

/** `t=<seconds>,v1=<hex>`, with a second `v1` while two secrets sign. Other parts are for later versions. */
function parseSignature([value, ...repeats]: string[]): { seconds: number; signatures: Buffer[] } {
  if (value === undefined) throw new KeywardEventError("The request has no X-Keyward-Signature.");
  const parts = value.split(",").map((part) => part.trim().split("=", 2));
  const times = parts.filter(([name]) => name === "t").map(([, time = ""]) => time);
  const signatures = parts
    .filter(([name, hex = ""]) => name === "v1" && /^[0-9a-f]{64}$/.test(hex))
    .map(([, hex = ""]) => Buffer.from(hex, "hex"));
  const [time = ""] = times;
  if (repeats.length > 0 || times.length !== 1 || !/^\d{1,12}$/.test(time) || signatures.length === 0)
    throw new KeywardEventError("X-Keyward-Signature is malformed.");
  return { seconds: Number(time), signatures };
}

function parseEvent(text: string): KeywardEvent {
  try {
    return JSON.parse(text) as KeywardEvent;
  } catch {
    throw new KeywardEventError("The body isn't JSON.");
  }
}
