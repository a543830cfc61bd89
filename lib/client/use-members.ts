import { useQuery } from "@tanstack/react-query";
import type { MemberView } from "@/lib/contracts/workspaces";
import { apiRequest } from "./api-client";
import { queryKeys } from "./query-keys";

/** Who is in the workspace. */
export function useMembers(workspace: string) {
  return useQuery({
    queryKey: queryKeys.members(workspace),
    queryFn: ({ signal }) =>
      apiRequest<{ members: MemberView[] }>(`/api/workspaces/${encodeURIComponent(workspace)}/members`, {
        signal,
      }),
    select: (answer) => answer.members,
  });
}
