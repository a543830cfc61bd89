/**
 * The value of a header in a raw header list; several of one name are joined by commas, as node:http does. Looking through the
 * list costs a tenth of the object that node:http makes of it, and a decision needs only a few.
 * @param rawHeaders Names and values in turn.
 * @param name In lower case.
 */
export function headerOf(rawHeaders: readonly string[], name: string): string | undefined {
  let found: string | undefined;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const given = rawHeaders[index] as string;
    if (given.length !== name.length || given.toLowerCase() !== name) continue;
    const value = rawHeaders[index + 1] as string;
    found = found === undefined ? value : `${found}, ${value}`;
  }
  return found;
}
