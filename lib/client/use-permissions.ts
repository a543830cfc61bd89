import { useQuery } from "@tanstack/react-query";
import type { DeclaredPermission } from "@/lib/contracts/permission-catalog";
import { apiRequest } from "./api-client";
import { workspacePath } from "./queries/paths";
import { queryKeys } from "./query-keys";

/** What keys can be allowed to do, as the operator declared it. Empty while nothing is declared. */
export function usePermissions(workspace: string) {
  return useQuery({
    queryKey: queryKeys.permissions(workspace),
    queryFn: ({ signal }) =>
      apiRequest<{ permissions: DeclaredPermission[] }>(`${workspacePath(workspace)}/permissions`, {
        signal,
      }),
    select: (answer) => answer.permissions,
  });
}
