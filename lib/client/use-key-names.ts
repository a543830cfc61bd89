import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { ApiKeyList } from "@/lib/contracts/api-keys";
import { apiRequest } from "./api-client";
import { apiKeysPath } from "./queries/paths";
import { queryKeys } from "./query-keys";
import { queryString } from "./query-string";

/** The first keys that a text matches, of any status, to choose from. */
export function useKeyNames(workspace: string, text: string, { enabled }: { enabled: boolean }) {
  const query = queryString({ status: "all", limit: 50, search: text.trim().slice(0, 100) });
  return useQuery({
    queryKey: [...queryKeys.apiKeys(workspace), "names", query],
    queryFn: ({ signal }) => apiRequest<ApiKeyList>(`${apiKeysPath(workspace)}${query}`, { signal }),
    select: ({ keys }) => keys,
    placeholderData: keepPreviousData,
    enabled,
  });
}
