/** What a request says in its head: no more than a decision needs, and the same whoever parsed it. */
export type RequestHead = {
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
  if (!text.startsWith("GET /")) return null;
  let at = endOf(visible, text, 4);
  const url = text.slice(4, at);
  if (!text.startsWith(" HTTP/1.1\r\n", at) || !takes(url)) return null;
  at += 11;
  const rawHeaders: string[] = [];
  let hosts = 0;
  while (text.charCodeAt(at) !== carriageReturn) {
    const nameEnd = endOf(nameCharacter, text, at);
    if (nameEnd === at || text.charCodeAt(nameEnd) !== colon) return null;
    const valueStart = endOf(blank, text, nameEnd + 1);
    const lineEnd = endOf(valueCharacter, text, valueStart);
    if (text.charCodeAt(lineEnd) !== carriageReturn || text.charCodeAt(lineEnd + 1) !== lineFeed) return null;
    let valueEnd = lineEnd;
    while (valueEnd > valueStart && blank[text.charCodeAt(valueEnd - 1)] === 1) valueEnd -= 1;
    const name = text.slice(at, nameEnd);
    const value = text.slice(valueStart, valueEnd);
    // Lengths first: most names need not be lower-cased.
    if (weightyLengths.has(name.length)) {
      const known = name.toLowerCase();
      if (known === "host") hosts += 1;
      else if (known === "connection" ? value.toLowerCase() !== "keep-alive" : weighty.has(known))
        return null;
    }
    rawHeaders.push(name, value);
    if (rawHeaders.length > 2 * mostHeaders) return null;
    at = lineEnd + 2;
  }
  const isWhole = text.charCodeAt(at + 1) === lineFeed && at + 2 === text.length;
  return isWhole && hosts === 1 ? { url, rawHeaders } : null;
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
const weightyLengths = new Set([...weighty, "connection", "host"].map(({ length }) => length));

const [carriageReturn, lineFeed, colon] = [13, 10, 58];

/** For each octet whether it belongs to a class, in the words of RFC 9110 §5: VCHAR of ASCII, tchar, OWS, field-vchar with OWS. */
const visible = octets(/[\x21-\x7e]/);
const nameCharacter = octets(/[!#$%&'*+.^_`|~0-9A-Za-z-]/);
const blank = octets(/[ \t]/);
const valueCharacter = octets(/[\t\x20-\x7e\x80-\xff]/);

function octets(characters: RegExp): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, octet) => Number(characters.test(String.fromCharCode(octet))));
}

/** Where a run of one class ends. Past the end of the text there is no character, and none of any class. */
function endOf(characters: Uint8Array, text: string, from: number): number {
  let at = from;
  while (characters[text.charCodeAt(at)] === 1) at += 1;
  return at;
}
