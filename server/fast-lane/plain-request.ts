/** The head of a request, read by the fast lane or by node:http. */
export type RawRequest = {
  method: string;
  /** The request target as it was sent. */
  url: string;
  /** Alternating names and values, as in node:http. */
  rawHeaders: readonly string[];
  /** The address of the other end of the socket, which may be a proxy. */
  socketAddress: string | undefined;
};

/** Well within the limits of node:http, 16 KiB and 2,000 headers. */
const maxBytes = 8192;
const maxHeaders = 100;

/**
 * Reads a request that can't be misunderstood: exactly one complete HTTP/1.1 `GET` without a body that strictly follows RFC 9112,
 * with one Host header and no header that affects how the message or the connection is read. Returns null for anything else, which
 * node:http then reads. Rejecting too much only costs time. Accepting too much would allow request smuggling, because a gateway in
 * front might read the request differently. A test compares it with node:http, byte by byte.
 * @param takes Whether the fast lane handles a request target.
 */
export function readPlainRequest(
  bytes: Buffer,
  takes: (url: string) => boolean,
): { url: string; rawHeaders: string[] } | null {
  if (bytes.length > maxBytes) return null;
  const text = bytes.toString("latin1");
  if (!shape.test(text)) return null;
  let at = text.indexOf("\r") + 2;
  const url = text.slice("GET ".length, at - " HTTP/1.1\r\n".length);
  if (!takes(url)) return null;
  const rawHeaders: string[] = [];
  let hosts = 0;
  const end = text.length - "\r\n".length;
  while (at < end) {
    const colon = text.indexOf(":", at);
    const lineEnd = text.indexOf("\r", colon);
    let [start, stop] = [colon + 1, lineEnd];
    while (isBlank(text.charCodeAt(start))) start += 1;
    while (stop > start && isBlank(text.charCodeAt(stop - 1))) stop -= 1;
    const name = text.slice(at, colon);
    const value = text.slice(start, stop);
    // Compare lengths first, so that most names need not be lower-cased.
    if (framingHeaderLengths[name.length] === 1) {
      const known = name.toLowerCase();
      if (known === "host") hosts += 1;
      else if (known === "connection" ? value.toLowerCase() !== "keep-alive" : framingHeaders.has(known))
        return null;
    }
    rawHeaders.push(name, value);
    at = lineEnd + 2;
  }
  return hosts === 1 && rawHeaders.length <= 2 * maxHeaders ? { url, rawHeaders } : null;
}

/** In terms of RFC 9110 §5: ASCII VCHAR in the target, then lines of a token, a colon, and VCHAR, obs-text and OWS. */
const shape =
  /^GET \/[\x21-\x7e]* HTTP\/1\.1\r\n(?:[!#$%&'*+.^_`|~0-9A-Za-z-]+:[\t\x20-\x7e\x80-\xff]*\r\n)*\r\n$/;

function isBlank(character: number): boolean {
  return character === 32 || character === 9;
}

/** Headers that determine where a message ends, or change the protocol of the connection. */
const framingHeaders = new Set([
  "content-length",
  "transfer-encoding",
  "te",
  "trailer",
  "upgrade",
  "expect",
  "proxy-connection",
  "http2-settings",
]);
const framingHeaderLengths = new Uint8Array(256);
for (const name of [...framingHeaders, "connection", "host"]) framingHeaderLengths[name.length] = 1;
