import { useQuery } from "@tanstack/react-query";
import type { Account } from "@/lib/contracts/account";
import type { Role } from "@/lib/contracts/permissions";
import { apiRequest } from "./api-client";
import { queryKeys } from "./query-keys";

/** The signed-in person and their role in the workspace. Undefined until it is known. */
export function useViewer(workspaceSlug: string): { userId: string; role: Role } | undefined {
  const { data } = useQuery({
    queryKey: queryKeys.account,
    queryFn: ({ signal }) => apiRequest<Account>("/api/account", { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const membership = data?.workspaces.find(({ slug }) => slug === workspaceSlug);
  return data && membership && { userId: data.userId, role: membership.role };
}
