import { useQuery } from "@tanstack/react-query";
import type { Workspace } from "@/lib/contracts/workspaces";
import { apiRequest } from "./api-client";
import { workspacePath } from "./queries/paths";
import { queryKeys } from "./query-keys";

export function useWorkspace(initial: Workspace) {
  return useQuery({
    queryKey: queryKeys.workspace(initial.slug),
    queryFn: ({ signal }) => apiRequest<Workspace>(workspacePath(initial.slug), { signal }),
    initialData: initial,
  });
}
