import { type QueryClient, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type {
  AddServiceMemberInput,
  ChangeRoleInput,
  KeyDecisionsInput,
  SetSuspensionInput,
} from "@/lib/contracts/member-input";
import type { KeyDecisionCounts, MemberKeys, RemovedMember } from "@/lib/contracts/members";
import { apiRequest } from "./api-client";
import { workspacePath } from "./queries/paths";
import { queryKeys } from "./query-keys";

/** The keys to decide about before this member is removed, suspended or demoted. Never cached. */
export function useMemberKeys(workspace: string, userId: string, enabled: boolean) {
  return useQuery({
    queryKey: queryKeys.memberKeys(workspace, userId),
    queryFn: ({ signal }) => apiRequest<MemberKeys>(`${memberPath(workspace, userId)}/keys`, { signal }),
    enabled,
    staleTime: 0,
    gcTime: 0,
  });
}

export function useAddServiceMember(workspace: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (body: AddServiceMemberInput) => apiRequest(membersPath(workspace), { method: "POST", body }),
    onSuccess: () => refreshPeople(queryClient, workspace),
  });
}

export function useRenameServiceMember(workspace: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: ({ userId, name }: { userId: string; name: string }) =>
      apiRequest(`${memberPath(workspace, userId)}/name`, { method: "PUT", body: { name } }),
    onSuccess: () => refreshPeople(queryClient, workspace),
  });
}

export function useChangeRole(workspace: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: ({ userId, ...body }: ChangeRoleInput & { userId: string }) =>
      apiRequest<KeyDecisionCounts>(memberPath(workspace, userId), { method: "PATCH", body }),
    onSuccess: () => refreshPeople(queryClient, workspace),
  });
}

export function useSetSuspension(workspace: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: ({ userId, ...body }: SetSuspensionInput & { userId: string }) =>
      apiRequest<KeyDecisionCounts>(`${memberPath(workspace, userId)}/suspension`, { method: "PUT", body }),
    onSuccess: () => refreshPeople(queryClient, workspace),
  });
}

/** Removes a member, or lets the viewer leave, who then can't load anything of the workspace anymore. */
export function useRemoveMember(workspace: string, { leaving }: { leaving: boolean }) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: ({ userId, ...body }: KeyDecisionsInput & { userId: string }) =>
      apiRequest<RemovedMember>(`${memberPath(workspace, userId)}/remove`, { method: "POST", body }),
    onSuccess: (_, { userId }) => {
      if (!leaving) refreshPeople(queryClient, workspace, userId);
    },
  });
}

/**
 * Members are part of nearly everything in a workspace: keys, permissions, the audit log. Queries about a removed member aren't
 * refreshed: they would fail, and their dialog is about to close.
 */
function refreshPeople(queryClient: QueryClient, workspace: string, removed?: string): void {
  void queryClient.invalidateQueries({
    queryKey: queryKeys.workspace(workspace),
    predicate: ({ queryKey }) => removed === undefined || !queryKey.includes(removed),
  });
  void queryClient.invalidateQueries({ queryKey: queryKeys.account });
}

function membersPath(workspace: string): string {
  return `${workspacePath(workspace)}/members`;
}

function memberPath(workspace: string, userId: string): string {
  return `${membersPath(workspace)}/${encodeURIComponent(userId)}`;
}
