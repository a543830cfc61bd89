/** What a request says before its body, the same whoever has read it. */
export type RawRequest = {
  method: string;
  /** The request target as it was sent. */
  url: string;
  /** Names and values in turn, as node:http gives them. */
  rawHeaders: readonly string[];
  /** Of whoever is connected, which may be a proxy. */
  socketAddress: string | undefined;
};

/** Well within what node:http takes: 16 KiB and 2,000 headers. */
const mostBytes = 8192;
const mostHeaders = 100;

/**
 * Reads a request that cannot be misunderstood: bytes that are one whole `GET` of HTTP/1.1 without a body, and nothing after it,
 * whose every octet stands where RFC 9112 has it, with one Host and no header that changes how a message or its connection is
 * read. Anything else is null, and node:http's to read: what is refused here costs time, what is accepted wrongly would be a
 * request that a gateway in front sees otherwise. A test holds it against node:http, octet for octet.
 * @param takes Whether a request target is meant for whoever asks.
 */
export function readPlainRequest(
  bytes: Buffer,
  takes: (url: string) => boolean,
): { url: string; rawHeaders: string[] } | null {
  if (bytes.length > mostBytes) return null;
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
    // Lengths first: most names need not be lower-cased.
    if (weightyLengths[name.length] === 1) {
      const known = name.toLowerCase();
      if (known === "host") hosts += 1;
      else if (known === "connection" ? value.toLowerCase() !== "keep-alive" : weighty.has(known))
        return null;
    }
    rawHeaders.push(name, value);
    at = lineEnd + 2;
  }
  return hosts === 1 && rawHeaders.length <= 2 * mostHeaders ? { url, rawHeaders } : null;
}

/** In the words of RFC 9110 §5: VCHAR of ASCII in the target, then lines of a token, a colon, and VCHAR, obs-text and OWS. */
const shape =
  /^GET \/[\x21-\x7e]* HTTP\/1\.1\r\n(?:[!#$%&'*+.^_`|~0-9A-Za-z-]+:[\t\x20-\x7e\x80-\xff]*\r\n)*\r\n$/;

function isBlank(character: number): boolean {
  return character === 32 || character === 9;
}

/** Headers that say where a message ends, or make of the connection something else. */
const weighty = new Set([
  "content-length",
  "transfer-encoding",
  "te",
  "trailer",
  "upgrade",
  "expect",
  "proxy-connection",
  "http2-settings",
]);
const weightyLengths = new Uint8Array(256);
for (const name of [...weighty, "connection", "host"]) weightyLengths[name.length] = 1;
