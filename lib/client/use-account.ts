import { useQuery } from "@tanstack/react-query";
import type { Account } from "@/lib/contracts/account";
import { apiRequest } from "./api-client";
import { queryKeys } from "./query-keys";

/** The signed-in person's account. */
export function useAccount(initial: Account) {
  return useQuery({
    queryKey: queryKeys.account,
    queryFn: ({ signal }) => apiRequest<Account>("/api/account", { signal }),
    initialData: initial,
  });
}
