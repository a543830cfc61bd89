const safeMethods = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * Whether a request may change something. A header that overrides the method counts as the method it names; with more than one
 * such header, servers differ on which of them counts, so that is a write too.
 * @param overrides What the headers that override the method say, as readHead finds them.
 */
export function mayWrite(method: string | undefined, overrides: readonly string[]): boolean {
  if (!safeMethods.has(method ?? "")) return true;
  if (overrides.length === 0) return false;
  return overrides.length > 1 || !safeMethods.has((overrides[0] as string).trim().toUpperCase());
}
