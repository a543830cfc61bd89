import { readFilters } from "@/lib/client/url-filters";

/** The API key in the URL, if any. */
export function readUsageFilters(search: { get(name: string): string | null }): { key?: string } {
  const { key } = readFilters(search, ["key"]);
  return key === "" ? {} : { key };
}
