import { useQuery } from "@tanstack/react-query";
import type { KeyPolicy, UnmetKeys } from "@/lib/contracts/key-policy";
import { apiRequest } from "./api-client";
import { workspacePath } from "./queries/paths";
import { queryKeys } from "./query-keys";

/** The keys that don't meet the workspace's policy. */
export function useUnmetKeys(slug: string, policy: KeyPolicy) {
  return useQuery({
    queryKey: queryKeys.unmetKeys(slug, policy),
    queryFn: ({ signal }) => apiRequest<UnmetKeys>(`${workspacePath(slug)}/key-policy`, { signal }),
    staleTime: 0,
  });
}
