import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { Account, AccountDeletion } from "@/lib/contracts/account";
import type { DeleteAccountInput, ProfileChange, ReauthenticateInput } from "@/lib/contracts/account-input";
import { apiRequest } from "./api-client";
import { queryKeys } from "./query-keys";

export function useUpdateProfile() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (input: ProfileChange) =>
      apiRequest<Account>("/api/account", { method: "PATCH", body: input }),
    onSuccess: (account) => queryClient.setQueryData(queryKeys.account, account),
  });
}

/** Null removes the picture. */
export function useChangePicture() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (file: File | null) =>
      apiRequest<Account>(
        "/api/account/picture",
        file ? { method: "PUT", body: file } : { method: "DELETE" },
      ),
    onSuccess: (account) => {
      queryClient.setQueryData(queryKeys.account, account);
      void queryClient.invalidateQueries({ queryKey: ["workspaces"] });
    },
  });
}

/** Emails a link to the new address. Nothing changes until it's used. */
export function useRequestAddressChange() {
  return useMutation({
    mutationFn: (email: string) => apiRequest("/api/account/email", { method: "POST", body: { email } }),
  });
}

/** Emails a link that verifies the current address. */
export function useRequestVerification() {
  return useMutation({ mutationFn: () => apiRequest("/api/account/verify-email", { method: "POST" }) });
}

/** What deleting the account would do now. Never cached. */
export function useAccountDeletion() {
  return useQuery({
    queryKey: queryKeys.accountDeletion,
    queryFn: ({ signal }) => apiRequest<AccountDeletion>("/api/account/deletion", { signal }),
    staleTime: 0,
    gcTime: 0,
  });
}

/** Navigates with a full page load, so that nothing of the account stays in memory. */
export function useDeleteAccount() {
  return useMutation({
    mutationFn: (input: DeleteAccountInput) =>
      apiRequest("/api/account/deletion", { method: "POST", body: input }),
    onSuccess: () => window.location.assign("/sign-in?notice=account-deleted"),
  });
}

export async function reauthenticate(proof: ReauthenticateInput): Promise<void> {
  await apiRequest("/api/account/reauthenticate", { method: "POST", body: proof });
}
