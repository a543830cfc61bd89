import { useUrlFilters } from "@/lib/client/use-url-filters";
import type { Viewer } from "./key-rights";
import { readApiKeyFilters } from "./read-api-key-filters";

export function useApiKeyFilters(viewer: Viewer) {
  const { search, setFilters } = useUrlFilters<"status" | "owner" | "q" | "sort" | "concern">();
  return {
    ...readApiKeyFilters(search, viewer),
    setFilters,
    clear: () => setFilters({ status: "", owner: "", q: "", concern: "" }),
  };
}
