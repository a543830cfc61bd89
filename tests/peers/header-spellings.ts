/** The characters of header names other than letters and digits (RFC 9110 §5.6.2). */
const separators = [..."!#$%&'*+-.^_`|~"];

/**
 * Spellings that CGI and its successors (WSGI, Rack, PHP) treat as the given header name: any separator in place of all hyphens, of
 * the first or of the last one, in any case.
 */
export function spellingsOf(name: string): string[] {
  const last = name.lastIndexOf("-");
  const separated = separators.flatMap((separator) => [
    name.replaceAll("-", () => separator),
    name.replace("-", () => separator),
    name.slice(0, last) + separator + name.slice(last + 1),
  ]);
  const cased = separated.flatMap((spelling) => [spelling, spelling.toLowerCase(), spelling.toUpperCase()]);
  return [...new Set(cased)];
}

/** The CGI variable of a header, without the prefix HTTP_. */
export function cgiName(name: string): string {
  return name.toUpperCase().replace(/[^A-Z0-9]/g, "_");
}

/** The headers by which Keyward tells an API who is calling. */
export const identityHeaders = [
  ...[
    "X-Keyward-Workspace-Id",
    "X-Keyward-Key-Id",
    "X-Keyward-Key-Name",
    "X-Keyward-Permission-Level",
    "X-Keyward-Permissions",
  ],
  ...["X-Keyward-User-Id", "X-Keyward-Role", "X-Keyward-Environment"],
  ...["X-Keyward-External-Workspace-Id", "X-Keyward-External-User-Id"],
];

/** Header names that a client must not be able to send to the API: our identity and denial headers, and reserved ones. */
export const claimedHeaders = [
  ...identityHeaders,
  ...["X-Keyward-Status", "X-Keyward-Error", "X-Keyward-Anything", "X-Keyward"],
];

export const overrideHeaders = ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"];

/** Values of Connection by which a client could make a proxy remove headers. Each is a list of header lines. */
export const connectionLists: string[][] = [
  ...identityHeaders.map((name) => [name]),
  ["close, X-Keyward-Role, X-Keyward-Workspace-Id"],
  ["keep-alive", identityHeaders.join(",")],
  [identityHeaders.join(" , ").toLowerCase()],
  ["Upgrade, X-Keyward-Role"],
  ["Upgrade", "X-Keyward-Role"],
  ["X-Keyward-Role", "upgrade"],
];

/** Splits a list into parts that fit into one request for every gateway. */
export function inParts<Item>(items: Item[], most = 60): Item[][] {
  const parts: Item[][] = [];
  for (let at = 0; at < items.length; at += most) parts.push(items.slice(at, at + most));
  return parts;
}
