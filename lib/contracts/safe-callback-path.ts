/**
 * The path to open after signing in, from an untrusted `callbackUrl`. Accepts only paths of this origin: one leading
 * slash, not followed by a second slash or a backslash in any encoding, and no control characters. Rejects the
 * sign-in, sign-up, and sign-out pages. Returns `fallback` for everything else.
 */
export function safeCallbackPath(candidate: string | null | undefined, fallback = "/settings"): string {
  if (!candidate || candidate.length > 2_000 || !isWellFormed(candidate)) return fallback;
  // Decode until nothing changes, so that an encoded slash can't become a slash later.
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

/** As lenient as the most lenient parser: keeps what can't be decoded and decodes the rest. */
function decodeAscii(path: string): string {
  return path.replace(/%([0-7][0-9a-f])/gi, (_match, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

/** Resolves dot segments as a browser does, and accepts the result only if it stays on this origin. */
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
