/** The given filters of a query string; what is absent is an empty string. */
export function readFilters<Name extends string>(
  search: { get(name: string): string | null },
  names: readonly Name[],
): Record<Name, string> {
  return Object.fromEntries(names.map((name) => [name, search.get(name) ?? ""])) as Record<Name, string>;
}

/** The query string with some filters set; an empty one is taken out. Parameters of others are kept. */
export function writeFilters(search: string, changes: Record<string, string | undefined>): string {
  const parameters = new URLSearchParams(search);
  for (const [name, value] of Object.entries(changes)) {
    if (value) parameters.set(name, value);
    else parameters.delete(name);
  }
  const text = parameters.toString();
  return text ? `?${text}` : "";
}
