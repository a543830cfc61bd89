import { headerOf } from "./raw-headers";

const safeMethods = new Set(["GET", "HEAD", "OPTIONS"]);
const overrideHeaders = ["x-http-method-override", "x-http-method", "x-method-override"];

/**
 * Whether a request may change something. A header that overrides the method counts as the method it names (S31).
 * @param rawHeaders Names and values in turn; those that override, as readHead tells them apart, are enough.
 */
export function mayWrite(method: string | undefined, rawHeaders: readonly string[]): boolean {
  if (!safeMethods.has(method ?? "")) return true;
  // So it is in nearly every request.
  if (rawHeaders.length === 0) return false;
  return overrideHeaders.some((name) => {
    const value = headerOf(rawHeaders, name);
    return value !== undefined && !safeMethods.has(value.trim().toUpperCase());
  });
}
