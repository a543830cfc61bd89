import { withoutSecret } from "./secret-text";

/** A query string of the parameters that are set, or an empty string. API keys are shortened to their hints. */
export function queryString(parameters: Record<string, string | number | null | undefined>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value === undefined || value === null || value === "") continue;
    search.set(name, withoutSecret(String(value), name));
  }
  const text = search.toString();
  return text ? `?${text}` : "";
}
