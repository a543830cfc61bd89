import { readFilters } from "@/lib/client/url-filters";
import { keyConcerns, keySorts, keyStatusFilters } from "@/lib/contracts/api-key-filters";

const names = ["status", "owner", "q", "sort", "concern"] as const;

/** The filters in the URL, and the query for the server. The owner `me` is the viewer. */
export function readApiKeyFilters(search: { get(name: string): string | null }, viewer: { userId: string }) {
  const filters = readFilters(search, names);
  const status = keyStatusFilters.find((known) => known === filters.status) ?? "not_revoked";
  const sort = keySorts.find((known) => known === filters.sort) ?? "-created";
  const concern = keyConcerns.find((known) => known === filters.concern);
  return {
    status,
    concern,
    owner: filters.owner,
    search: filters.q,
    sort,
    filtered: status !== "not_revoked" || filters.owner !== "" || filters.q !== "" || concern !== undefined,
    query: {
      status,
      sort,
      concern,
      owner: filters.owner === "me" ? viewer.userId : filters.owner,
      search: filters.q.trim().slice(0, 100),
    },
  };
}
