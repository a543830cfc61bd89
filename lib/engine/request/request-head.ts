/** The headers that a decision needs. Repeated headers are joined with commas, as node:http does. */
export type RequestHead = {
  authorization: string | undefined;
  apiKey: string | undefined;
  /** Which of the two credential headers was sent more than once. */
  repeated: "Authorization" | "x-api-key" | null;
  forwardedFor: string | undefined;
  requestId: string | undefined;
  userAgent: string | undefined;
  /** The request that a gateway asks about, and the pair of headers that it came in. */
  originalMethod: string | undefined;
  originalUri: string | undefined;
  originalPair: Pair | null;
  /** True when one of these headers was repeated or both pairs were sent: we can't tell what the gateway wrote. */
  isOriginalUncertain: boolean;
  /** The values of the headers by which some frameworks override the request's method. */
  overrides: readonly string[];
  /** The name of the first X-Keyward-… header. Clients must not send these. */
  claimedIdentity: string | null;
  traceparent: string | undefined;
};

type Pair = "forwarded" | "original";

const none: readonly string[] = [];

/**
 * Reads a raw header list, in which repeats are still visible, in one pass. This runs for every decision, so it compares the
 * lengths of names first.
 * @param rawHeaders Alternating names and values, as in node:http.
 */
export function readHead(rawHeaders: readonly string[]): RequestHead {
  const head: RequestHead = {
    authorization: undefined,
    apiKey: undefined,
    repeated: null,
    forwardedFor: undefined,
    requestId: undefined,
    userAgent: undefined,
    originalMethod: undefined,
    originalUri: undefined,
    originalPair: null,
    isOriginalUncertain: false,
    overrides: none,
    claimedIdentity: null,
    traceparent: undefined,
  };
  for (let index = 0; index < rawHeaders.length; index += 2)
    readHeader(head, rawHeaders[index] as string, rawHeaders[index + 1] as string);
  return head;
}

function readHeader(head: RequestHead, name: string, value: string): void {
  // Cheap test first: few header names have a K as their third character.
  if ((name.charCodeAt(2) | 32) === 107 && isSpelled(name, identityPrefix)) head.claimedIdentity ??= name;
  switch (name.length) {
    case 9:
      if (is(name, "x-api-key")) readApiKey(head, value);
      break;
    case 10:
      if (is(name, "user-agent")) head.userAgent = joined(head.userAgent, value);
      break;
    case 11:
      if (is(name, "traceparent")) head.traceparent = joined(head.traceparent, value);
      break;
    case 12:
      if (is(name, "x-request-id")) head.requestId = joined(head.requestId, value);
      break;
    case 13:
      if (is(name, "authorization")) readAuthorization(head, value);
      else if (isSpelled(name, "x-http-method")) readOverride(head, value);
      break;
    case 14:
      if (isSpelled(name, "x-original-uri")) readUri(head, "original", value);
      break;
    case 15:
      if (is(name, "x-forwarded-for")) head.forwardedFor = joined(head.forwardedFor, value);
      else if (isSpelled(name, "x-forwarded-uri")) readUri(head, "forwarded", value);
      break;
    case 17:
      if (isSpelled(name, "x-original-method")) readMethod(head, "original", value);
      else if (isSpelled(name, "x-method-override")) readOverride(head, value);
      break;
    case 18:
      if (isSpelled(name, "x-forwarded-method")) readMethod(head, "forwarded", value);
      break;
    case 22:
      if (isSpelled(name, "x-http-method-override")) readOverride(head, value);
      break;
  }
}

function is(name: string, wanted: string): boolean {
  return name.toLowerCase() === wanted;
}

const identityPrefix = "x-keyward";

/**
 * Whether a name begins with `wanted`, where any character except a letter or digit matches a hyphen: CGI and its successors
 * (WSGI, Rack, PHP) treat `X_Http_Method`, `X.Http.Method` and `X-Http-Method` as the same header.
 * @param wanted Lower-case letters and hyphens.
 */
function isSpelled(name: string, wanted: string): boolean {
  if (name === wanted) return true;
  for (let index = 0; index < wanted.length; index += 1) {
    const given = name.charCodeAt(index);
    const expected = wanted.charCodeAt(index);
    if (expected === hyphen ? isLetterOrDigit(given) : (given | 32) !== expected) return false;
  }
  return true;
}

const hyphen = 45;

function isLetterOrDigit(character: number): boolean {
  const small = character | 32;
  return (small >= 97 && small <= 122) || (character >= 48 && character <= 57);
}

function readAuthorization(head: RequestHead, value: string): void {
  if (head.authorization !== undefined) head.repeated ??= "Authorization";
  head.authorization = value;
}

function readApiKey(head: RequestHead, value: string): void {
  if (head.apiKey !== undefined) head.repeated ??= "x-api-key";
  head.apiKey = value;
}

function readOverride(head: RequestHead, value: string): void {
  head.overrides = [...head.overrides, value];
}

function readMethod(head: RequestHead, pair: Pair, method: string): void {
  if (head.originalMethod !== undefined) head.isOriginalUncertain = true;
  head.originalMethod = method;
  notePair(head, pair);
}

function readUri(head: RequestHead, pair: Pair, uri: string): void {
  if (head.originalUri !== undefined) head.isOriginalUncertain = true;
  head.originalUri = uri;
  notePair(head, pair);
}

function notePair(head: RequestHead, pair: Pair): void {
  if (head.originalPair !== null && head.originalPair !== pair) head.isOriginalUncertain = true;
  head.originalPair = pair;
}

function joined(before: string | undefined, value: string): string {
  return before === undefined ? value : `${before}, ${value}`;
}
