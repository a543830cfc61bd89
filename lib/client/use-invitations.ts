import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import type { InviteInput } from "@/lib/contracts/invitation-input";
import type { SentInvitation } from "@/lib/contracts/invitations";
import { apiRequest } from "./api-client";
import { workspacePath } from "./queries/paths";
import { invitationListQuery } from "./queries/workspace";
import { queryKeys } from "./query-keys";

/** The pending invitations. */
export function useInvitations(workspace: string) {
  return useQuery({
    ...invitationListQuery(workspace),
    select: (answer) => answer.invitations,
  });
}

/** Not React Query mutations, whose cache would keep the link in the response. */
export function useSendInvitation(workspace: string) {
  const queryClient = useQueryClient();
  const send = useCallback(
    async (path: string, body?: InviteInput): Promise<SentInvitation> => {
      const sent = await apiRequest<SentInvitation>(path, { method: "POST", body });
      void queryClient.invalidateQueries({ queryKey: queryKeys.invitations(workspace) });
      void queryClient.invalidateQueries({ queryKey: queryKeys.auditEvents(workspace) });
      return sent;
    },
    [queryClient, workspace],
  );
  return {
    invite: (input: InviteInput) => send(invitationsPath(workspace), input),
    resend: (id: string) => send(`${invitationPath(workspace, id)}/resend`),
  };
}

export function useWithdrawInvitation(workspace: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => apiRequest(invitationPath(workspace, id), { method: "DELETE" }),
    // Also after a failure: most likely the invitation was accepted in the meantime.
    onSettled: () => {
      void queryClient.invalidateQueries({ queryKey: queryKeys.workspace(workspace) });
    },
  });
}

function invitationsPath(workspace: string): string {
  return `${workspacePath(workspace)}/invitations`;
}

function invitationPath(workspace: string, id: string): string {
  return `${invitationsPath(workspace)}/${encodeURIComponent(id)}`;
}
