import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { KeyPolicy } from "@/lib/contracts/key-policy";
import type { UpdateWorkspaceInput } from "@/lib/contracts/workspace-input";
import type { ApiAccessUse, Workspace } from "@/lib/contracts/workspaces";
import { apiRequest } from "./api-client";
import { workspacePath } from "./queries/paths";
import { queryKeys } from "./query-keys";

export function useUpdateWorkspace(slug: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (input: UpdateWorkspaceInput) =>
      apiRequest<Workspace>(workspacePath(slug), { method: "PATCH", body: input }),
    onSuccess: (workspace) => queryClient.setQueryData(queryKeys.workspace(workspace.slug), workspace),
  });
}

/** The keys and callers that turning off API access would stop now. Never cached. */
export function useApiAccessUse(slug: string) {
  return useQuery({
    queryKey: queryKeys.apiAccessUse(slug),
    queryFn: ({ signal }) => apiRequest<ApiAccessUse>(`${workspacePath(slug)}/api-access`, { signal }),
    staleTime: 0,
    gcTime: 0,
  });
}

export function useSetApiAccess(slug: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (enabled: boolean) =>
      apiRequest<Workspace>(`${workspacePath(slug)}/api-access`, { method: "PUT", body: { enabled } }),
    onSuccess: (workspace) => queryClient.setQueryData(queryKeys.workspace(slug), workspace),
  });
}

export function useSetRequireTwoStep(slug: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (required: boolean) =>
      apiRequest<Workspace>(`${workspacePath(slug)}/two-step`, { method: "PUT", body: { required } }),
    onSuccess: (workspace) => queryClient.setQueryData(queryKeys.workspace(slug), workspace),
  });
}

export function useSetKeyPolicy(slug: string) {
  const queryClient = useQueryClient();
  return async (policy: KeyPolicy | null) => {
    const body = { policy };
    const workspace = await apiRequest<Workspace>(`${workspacePath(slug)}/key-policy`, {
      method: "PUT",
      body,
    });
    queryClient.setQueryData(queryKeys.workspace(slug), workspace);
  };
}

/** Navigates with a full page load to another workspace. */
export function useDeleteWorkspace(slug: string) {
  return useMutation({
    mutationFn: (typed: string) =>
      apiRequest(`${workspacePath(slug)}/delete`, { method: "POST", body: { slug: typed } }),
    onSuccess: () => window.location.assign("/settings"),
  });
}
