import { type QueryClient, useMutation, useQueryClient } from "@tanstack/react-query";
import type { AuthenticatorSetup, RecoveryCodes } from "@/lib/contracts/account";
import { apiRequest } from "./api-client";
import { queryKeys } from "./query-keys";

const path = "/api/account/two-step";

// The next four return or take secrets, so they aren't React Query mutations, whose cache would keep them.

export function beginAuthenticatorSetup(): Promise<AuthenticatorSetup> {
  return apiRequest<AuthenticatorSetup>(`${path}/authenticator`, { method: "POST" });
}

/** Returns recovery codes, which are never returned again. */
export async function confirmAuthenticator(queryClient: QueryClient, code: string): Promise<string[]> {
  const { recoveryCodes } = await apiRequest<RecoveryCodes>(`${path}/authenticator/confirm`, {
    method: "POST",
    body: { code },
  });
  refreshTwoStep(queryClient);
  return recoveryCodes;
}

/** Replaces the recovery codes. The new ones are never returned again. */
export async function renewRecoveryCodes(queryClient: QueryClient): Promise<string[]> {
  const { recoveryCodes } = await apiRequest<RecoveryCodes>(`${path}/recovery-codes`, { method: "POST" });
  refreshTwoStep(queryClient);
  return recoveryCodes;
}

/** Returns recovery codes if this is the first second step. They're never returned again. */
export async function setEmailCodes(queryClient: QueryClient, on: boolean): Promise<string[]> {
  const answer = await apiRequest<Partial<RecoveryCodes>>(`${path}/email-codes`, {
    method: on ? "POST" : "DELETE",
  });
  refreshTwoStep(queryClient);
  return answer.recoveryCodes ?? [];
}

export function useTurnOffAuthenticator() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: () => apiRequest(`${path}/authenticator`, { method: "DELETE" }),
    onSuccess: () => refreshTwoStep(queryClient),
  });
}

/** The account changes, too: it lists the ways to confirm an identity. */
function refreshTwoStep(queryClient: QueryClient): void {
  void queryClient.invalidateQueries({ queryKey: queryKeys.account });
}
