const safeMethods = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * Whether a request may change something. A header that overrides the method counts. With more than one such header it is a
 * write, because servers disagree on which one applies.
 * @param overrides The values of headers that override the method, as readHead finds them.
 */
export function mayWrite(method: string | undefined, overrides: readonly string[]): boolean {
  if (!safeMethods.has(method ?? "")) return true;
  if (overrides.length === 0) return false;
  return overrides.length > 1 || !safeMethods.has((overrides[0] as string).trim().toUpperCase());
}
