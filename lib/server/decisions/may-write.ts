type Headers = Record<string, string | string[] | undefined>;

const safeMethods = new Set(["GET", "HEAD", "OPTIONS"]);
const overrideHeaders = ["x-http-method-override", "x-http-method", "x-method-override"];

/** Whether a request may change something. A header that overrides the method counts as the method it names (S31). */
export function mayWrite(method: string | undefined, headers: Headers): boolean {
  if (!safeMethods.has(method ?? "")) return true;
  return overrideHeaders.some((name) => {
    const value = headers[name];
    return value !== undefined && !safeMethods.has(String(value).trim().toUpperCase());
  });
}
