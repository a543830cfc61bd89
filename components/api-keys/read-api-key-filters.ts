import { readFilters } from "@/lib/client/url-filters";
import { type KeyStatus, keyStatuses } from "@/lib/contracts/api-keys";

const names = ["status", "owner", "q"] as const;
export type StatusFilter = KeyStatus | "all";

/** The filters in the URL, and the query for the server. The owner `me` is the viewer. */
export function readApiKeyFilters(search: { get(name: string): string | null }, viewer: { userId: string }) {
  const filters = readFilters(search, names);
  const status: StatusFilter = keyStatuses.find((known) => known === filters.status) ?? "all";
  return {
    status,
    owner: filters.owner,
    search: filters.q,
    filtered: status !== "all" || filters.owner !== "" || filters.q !== "",
    query: {
      status,
      owner: filters.owner === "me" ? viewer.userId : filters.owner,
      search: filters.q.trim().slice(0, 100),
    },
  };
}
