/** What a header name may consist of beside letters and digits (RFC 9110 §5.6.2). */
const separators = [..."!#$%&'*+-.^_`|~"];

/**
 * Spellings of a header name that CGI and what came after it (WSGI, Rack, PHP) read as that name: any separator in place of each
 * hyphen, of the first and of the last one, in any case.
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

/** The variable that CGI makes of a header, without its HTTP_. */
export function cgiName(name: string): string {
  return name.toUpperCase().replace(/[^A-Z0-9]/g, "_");
}

/** What Keyward tells an API of the caller, in headers of the request. */
export const identityHeaders = [
  ...["X-Keyward-Workspace-Id", "X-Keyward-Key-Id", "X-Keyward-Key-Name", "X-Keyward-Permission-Level"],
  ...["X-Keyward-User-Id", "X-Keyward-Role", "X-Keyward-Environment"],
];

/** Names that a client must not be able to bring to the API: ours, ours of a denial, and any that may be ours one day. */
export const claimedHeaders = [
  ...identityHeaders,
  ...["X-Keyward-Status", "X-Keyward-Error", "X-Keyward-Anything", "X-Keyward"],
];

export const overrideHeaders = ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"];

/** Values of Connection by which a client could have headers removed on the way, each a list of lines. */
export const connectionLists: string[][] = [
  ...identityHeaders.map((name) => [name]),
  ["close, X-Keyward-Role, X-Keyward-Workspace-Id"],
  ["keep-alive", identityHeaders.join(",")],
  [identityHeaders.join(" , ").toLowerCase()],
  ["Upgrade, X-Keyward-Role"],
  ["Upgrade", "X-Keyward-Role"],
  ["X-Keyward-Role", "upgrade"],
];

/** A list in parts that every gateway takes in one request. */
export function inParts<Item>(items: Item[], most = 60): Item[][] {
  const parts: Item[][] = [];
  for (let at = 0; at < items.length; at += most) parts.push(items.slice(at, at + most));
  return parts;
}
