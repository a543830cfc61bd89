import { withoutSecret } from "./secret-text";

/** Reads filters from a query string. Missing ones are empty. API keys are shortened to their hints. */
export function readFilters<Name extends string>(
  search: { get(name: string): string | null },
  names: readonly Name[],
): Record<Name, string> {
  return Object.fromEntries(
    names.map((name) => [name, withoutSecret(search.get(name) ?? "", name)]),
  ) as Record<Name, string>;
}

/** Changes filters in a query string. Empty ones are removed, other parameters are kept, API keys are shortened to their hints. */
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
