/**
 * The path to go to after signing in, from a `callbackUrl` that anyone may have written. Only a path of this very origin
 * passes: one leading slash, no second one or backslash behind it however encoded, no control characters; the pages of
 * who is signed out are no goal either. Everything else is `fallback`.
 */
export function safeCallbackPath(candidate: string | null | undefined, fallback = "/settings"): string {
  if (!candidate || candidate.length > 2_000 || !isWellFormed(candidate)) return fallback;
  // Decoded until nothing changes: an encoded slash must not become one at the next stop.
  let decoded = candidate;
  for (let round = 0; round < 5; round += 1) {
    if (!isLocalPath(decoded)) return fallback;
    const next = decodeAscii(decoded);
    if (next === decoded) return resolved(candidate, fallback);
    decoded = next;
  }
  return fallback;
}

function isLocalPath(path: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: browsers drop tabs and line breaks from addresses: `/\t/evil` is `//evil`.
  return /^\/(?![/\\])/.test(path) && !/[\u0000-\u001f\u007f\\]/.test(path);
}

function isWellFormed(path: string): boolean {
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
}

/** As lenient as the most lenient reader: what cannot be decoded stays, the rest is decoded all the same. */
function decodeAscii(path: string): string {
  return path.replace(/%([0-7][0-9a-f])/gi, (_match, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

/** Read as a browser reads it, dots resolved, and only if it stays on the origin. */
function resolved(candidate: string, fallback: string): string {
  const base = "http://origin.invalid";
  const url = new URL(candidate, base);
  const path = url.pathname + url.search + url.hash;
  if (
    url.origin !== base ||
    url.username ||
    !isLocalPath(path) ||
    /^\/sign-(?:in|up|out)(?:\/|$)/.test(url.pathname)
  ) {
    return fallback;
  }
  return path;
}
