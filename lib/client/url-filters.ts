import { withoutSecret } from "./secret-text";

/** The given filters of a query string; what is absent is an empty string. An API key is cut to its hint. */
export function readFilters<Name extends string>(
  search: { get(name: string): string | null },
  names: readonly Name[],
): Record<Name, string> {
  return Object.fromEntries(
    names.map((name) => [name, withoutSecret(search.get(name) ?? "", name)]),
  ) as Record<Name, string>;
}

/** The query string with some filters set; an empty one is taken out. Parameters of others are kept. No value holds an API key. */
export function writeFilters(search: string, changes: Record<string, string | undefined>): string {
  const parameters = new URLSearchParams(search);
  for (const [name, value] of Object.entries(changes)) {
    if (value) parameters.set(name, value);
    else parameters.delete(name);
  }
  for (const [name, value] of [...parameters]) {
    const safe = withoutSecret(value, name);
    if (safe !== value) parameters.set(name, safe);
  }
  const text = parameters.toString();
  return text ? `?${text}` : "";
}
