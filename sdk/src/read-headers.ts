/**
 * The source of headers: the raw list of node:http (`request.rawHeaders`, names and values in turn), which shows repeats, or
 * web-standard `Headers`. Not `request.headers` of node:http, which silently drops a second Authorization.
 */
export type HeaderSource = readonly string[] | { get(name: string): string | null };

/** All values of a header. Web-standard headers have at most one, in which repeats are joined by commas. */
export function headerValues(source: HeaderSource, name: string): string[] {
  if (isFolded(source)) {
    const value = source.get(name);
    return value === null ? [] : [value];
  }
  if (!Array.isArray(source))
    throw new TypeError("Give request.rawHeaders or a web-standard Headers object as headers.");
  const found: string[] = [];
  for (let index = 0; index + 1 < source.length; index += 2)
    if ((source[index] as string).toLowerCase() === name) found.push(source[index + 1] as string);
  return found;
}

/** The values of all headers whose lower-case name matches. Null if the source can't be listed. */
export function matchingValues(source: HeaderSource, name: RegExp): string[] | null {
  if (!isFolded(source))
    return source.filter((_, at) => at % 2 === 1 && name.test((source[at - 1] as string).toLowerCase()));
  if (!(Symbol.iterator in source)) return null;
  return [...(source as unknown as Iterable<[string, string]>)]
    .filter(([given]) => name.test(given.toLowerCase()))
    .map(([, value]) => value);
}

export function isFolded(source: HeaderSource): source is { get(name: string): string | null } {
  return "get" in source && typeof source.get === "function";
}
