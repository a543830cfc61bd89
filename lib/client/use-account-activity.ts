import { useQuery } from "@tanstack/react-query";
import { accountActivityQuery } from "./queries/account";

/** Recent changes to the account, refreshed while the page is open. */
export function useAccountActivity() {
  return useQuery({
    ...accountActivityQuery(),
    select: (answer) => answer.events,
    refetchInterval: 15_000,
  });
}
