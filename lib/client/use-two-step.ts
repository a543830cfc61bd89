import { type QueryClient, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { AuthenticatorSetup, RecoveryCodes, TwoStepState } from "@/lib/contracts/account";
import { apiRequest } from "./api-client";
import { queryKeys } from "./query-keys";

const path = "/api/account/two-step";

/** What the person has for a second step. */
export function useTwoStep() {
  return useQuery({
    queryKey: queryKeys.twoStep,
    queryFn: ({ signal }) => apiRequest<TwoStepState>(path, { signal }),
  });
}

// The next four answer or take secrets. They are no React Query mutations: its cache would keep them.

/** Begins to set up an authenticator app. */
export function beginAuthenticatorSetup(): Promise<AuthenticatorSetup> {
  return apiRequest<AuthenticatorSetup>(`${path}/authenticator`, { method: "POST" });
}

/** Turns the app on with a code that it shows; answers the recovery codes, this once. */
export async function confirmAuthenticator(queryClient: QueryClient, code: string): Promise<string[]> {
  const { recoveryCodes } = await apiRequest<RecoveryCodes>(`${path}/authenticator/confirm`, {
    method: "POST",
    body: { code },
  });
  refreshTwoStep(queryClient);
  return recoveryCodes;
}

/** Ten new recovery codes, this once; the ones before are worth nothing from here on. */
export async function renewRecoveryCodes(queryClient: QueryClient): Promise<string[]> {
  const { recoveryCodes } = await apiRequest<RecoveryCodes>(`${path}/recovery-codes`, { method: "POST" });
  refreshTwoStep(queryClient);
  return recoveryCodes;
}

/** Turns codes by mail on or off; answers recovery codes where there were none, this once. */
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

/** The account goes with it: what one can confirm who one is with has changed. */
function refreshTwoStep(queryClient: QueryClient): void {
  void queryClient.invalidateQueries({ queryKey: queryKeys.account });
}
