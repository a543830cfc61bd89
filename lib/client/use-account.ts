import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { Account } from "@/lib/contracts/account";
import type { ReauthenticateInput } from "@/lib/contracts/account-input";
import { apiRequest } from "./api-client";
import { queryKeys } from "./query-keys";

/** Who is signed in. The page already knows, and hands it in. */
export function useAccount(initial: Account) {
  return useQuery({
    queryKey: queryKeys.account,
    queryFn: ({ signal }) => apiRequest<Account>("/api/account", { signal }),
    initialData: initial,
  });
}

export function useUpdateProfile() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (input: { name: string }) =>
      apiRequest<Account>("/api/account", { method: "PATCH", body: input }),
    onSuccess: (account) => queryClient.setQueryData(queryKeys.account, account),
  });
}

/** Mails a link to the new address; nothing changes before it is used. */
export function useRequestAddressChange() {
  return useMutation({
    mutationFn: (email: string) => apiRequest("/api/account/email", { method: "POST", body: { email } }),
  });
}

/** Mails a link that proves the present address. */
export function useRequestVerification() {
  return useMutation({ mutationFn: () => apiRequest("/api/account/verify-email", { method: "POST" }) });
}

/** Changes the password. Every other session ends with it. */
export async function changePassword(input: { currentPassword: string; newPassword: string }): Promise<void> {
  await apiRequest("/api/account/password", { method: "POST", body: input });
}

/** A first password, for an account that has none. */
export async function setFirstPassword(newPassword: string): Promise<void> {
  await apiRequest("/api/account/password", { method: "PUT", body: { newPassword } });
}

export async function reauthenticate(proof: ReauthenticateInput): Promise<void> {
  await apiRequest("/api/account/reauthenticate", { method: "POST", body: proof });
}
