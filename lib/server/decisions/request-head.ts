/** What a decision needs of a request's headers, as they were sent; several of one name are joined by commas, as node:http does. */
export type RequestHead = {
  authorization: string | undefined;
  apiKey: string | undefined;
  /** Which of the two above was sent more than once, first where both were. */
  repeated: "Authorization" | "x-api-key" | null;
  forwardedFor: string | undefined;
  requestId: string | undefined;
  userAgent: string | undefined;
  /** What a gateway tells of the request it asks about, and in which pair of headers. */
  originalMethod: string | undefined;
  originalUri: string | undefined;
  originalPair: Pair | null;
  /** Whether something came twice of that, or of both pairs: then it is a guess what the gateway wrote. */
  isOriginalUncertain: boolean;
  /** Names and values of the headers by which some frameworks replace the request's method. */
  overrides: readonly string[];
};

type Pair = "forwarded" | "original";

const none: readonly string[] = [];

/**
 * Reads a raw header list in one pass, in which repeats can still be seen. Every decision pays for it: that is why names are told
 * apart by their length first.
 * @param rawHeaders Names and values in turn, as node:http gives them.
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
  };
  for (let index = 0; index < rawHeaders.length; index += 2)
    readHeader(head, rawHeaders[index] as string, rawHeaders[index + 1] as string);
  return head;
}

function readHeader(head: RequestHead, name: string, value: string): void {
  switch (name.length) {
    case 9:
      if (is(name, "x-api-key")) readApiKey(head, value);
      break;
    case 10:
      if (is(name, "user-agent")) head.userAgent = joined(head.userAgent, value);
      break;
    case 12:
      if (is(name, "x-request-id")) head.requestId = joined(head.requestId, value);
      break;
    case 13:
      if (is(name, "authorization")) readAuthorization(head, value);
      else if (is(name, "x-http-method")) readOverride(head, name, value);
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
      else if (is(name, "x-method-override")) readOverride(head, name, value);
      break;
    case 18:
      if (isSpelled(name, "x-forwarded-method")) readMethod(head, "forwarded", value);
      break;
    case 22:
      if (is(name, "x-http-method-override")) readOverride(head, name, value);
      break;
  }
}

function is(name: string, wanted: string): boolean {
  return name.toLowerCase() === wanted;
}

/** A gateway that turns _ into - would make a second header of the same name of it: both spellings count. */
function isSpelled(name: string, wanted: string): boolean {
  return is(name, wanted) || (name.includes("_") && is(name.replaceAll("_", "-"), wanted));
}

function readAuthorization(head: RequestHead, value: string): void {
  if (head.authorization !== undefined) head.repeated ??= "Authorization";
  head.authorization = value;
}

function readApiKey(head: RequestHead, value: string): void {
  if (head.apiKey !== undefined) head.repeated ??= "x-api-key";
  head.apiKey = value;
}

function readOverride(head: RequestHead, name: string, value: string): void {
  head.overrides = [...head.overrides, name, value];
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
