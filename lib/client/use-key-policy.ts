import { useQuery } from "@tanstack/react-query";
import type { Workspace } from "@/lib/contracts/workspaces";
import { apiRequest } from "./api-client";
import { workspacePath } from "./queries/paths";
import { queryKeys } from "./query-keys";

/** The workspace's key policy as it is now. */
export function useKeyPolicy(slug: string) {
  return useQuery({
    queryKey: queryKeys.workspace(slug),
    queryFn: ({ signal }) => apiRequest<Workspace>(workspacePath(slug), { signal }),
    staleTime: 0,
    select: (workspace) => workspace.keyPolicy ?? {},
  });
}
