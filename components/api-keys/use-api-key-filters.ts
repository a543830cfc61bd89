import type { Viewer } from "@/lib/client/key-rights";
import { useUrlFilters } from "@/lib/client/use-url-filters";
import { readApiKeyFilters } from "./read-api-key-filters";

export function useApiKeyFilters(viewer: Viewer) {
  const { search, setFilters } = useUrlFilters<"status" | "owner" | "q" | "sort" | "concern">();
  return {
    ...readApiKeyFilters(search, viewer),
    setFilters,
    clear: () => setFilters({ status: "", owner: "", q: "", concern: "" }),
  };
}
