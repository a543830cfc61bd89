/**
 * Where headers are read from: the raw list of node:http (`request.rawHeaders`: names and values in turn), in which repeats
 * can be seen, or web-standard `Headers`. Not `request.headers` of node:http: it drops a second Authorization unseen.
 */
export type HeaderSource = readonly string[] | { get(name: string): string | null };

/** Each value that came under a name. From web-standard headers it is at most one, with repeats folded by commas. */
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

/** The values of all headers whose name, in small letters, matches. Null where the source can only be asked for one name. */
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
