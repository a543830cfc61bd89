import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { WorkspaceDomain } from "@/lib/contracts/single-sign-on";
import type { ChangeDomainInput } from "@/lib/contracts/single-sign-on-input";
import { apiRequest } from "./api-client";
import { workspacePath } from "./queries/paths";
import { domainListQuery } from "./queries/workspace";
import { queryKeys } from "./query-keys";

/** The workspace's email domains and their single sign-on settings. */
export function useDomains(workspace: string) {
  return useQuery(domainListQuery(workspace));
}

export function useAddDomain(workspace: string) {
  return useDomainMutation(workspace, (domain: string) =>
    apiRequest<WorkspaceDomain>(domainsPath(workspace), { method: "POST", body: { domain } }),
  );
}

/** Looks up the domain's TXT record. */
export function useVerifyDomain(workspace: string) {
  return useDomainMutation(workspace, (id: string) =>
    apiRequest<WorkspaceDomain>(`${domainsPath(workspace)}/${id}/verify`, { method: "POST" }),
  );
}

export function useChangeDomain(workspace: string) {
  return useDomainMutation(workspace, ({ id, ...body }: ChangeDomainInput & { id: string }) =>
    apiRequest<WorkspaceDomain>(`${domainsPath(workspace)}/${id}`, { method: "PATCH", body }),
  );
}

export function useRemoveDomain(workspace: string) {
  return useDomainMutation(workspace, (id: string) =>
    apiRequest(`${domainsPath(workspace)}/${id}`, { method: "DELETE" }),
  );
}

function useDomainMutation<Input, Answer>(workspace: string, mutationFn: (input: Input) => Promise<Answer>) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn,
    onSuccess: () => queryClient.invalidateQueries({ queryKey: queryKeys.domains(workspace) }),
  });
}

function domainsPath(workspace: string): string {
  return `${workspacePath(workspace)}/domains`;
}
