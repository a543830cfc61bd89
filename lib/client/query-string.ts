import { withoutSecret } from "./secret-text";

/** `?a=1&b=2` of what is set; an empty string when nothing is. An API key among the values is cut to its hint. */
export function queryString(parameters: Record<string, string | number | null | undefined>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value === undefined || value === null || value === "") continue;
    search.set(name, withoutSecret(String(value), name));
  }
  const text = search.toString();
  return text ? `?${text}` : "";
}
