import { useQuery } from "@tanstack/react-query";
import { passkeyListQuery } from "./queries/account";

export function usePasskeys() {
  return useQuery({
    ...passkeyListQuery(),
    select: (answer) => answer.passkeys,
  });
}
