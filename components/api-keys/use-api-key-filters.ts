import { useUrlFilters } from "@/lib/client/use-url-filters";
import { type KeyStatus, keyStatuses } from "@/lib/contracts/api-keys";
import type { Viewer } from "./key-rights";

const names = ["status", "owner", "q"] as const;
export type StatusFilter = KeyStatus | "all";

/** The filters in the URL, and the query for the server. The owner `me` is the viewer. */
export function useApiKeyFilters(viewer: Viewer) {
  const { filters, setFilters } = useUrlFilters(names);
  const status: StatusFilter = keyStatuses.find((known) => known === filters.status) ?? "all";
  return {
    status,
    owner: filters.owner,
    search: filters.q,
    setFilters,
    filtered: status !== "all" || filters.owner !== "" || filters.q !== "",
    clear: () => setFilters({ status: "", owner: "", q: "" }),
    query: {
      status,
      owner: filters.owner === "me" ? viewer.userId : filters.owner,
      search: filters.q.trim().slice(0, 100),
    },
  };
}
