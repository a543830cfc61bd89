import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { apiKeyActivityQuery } from "./queries/api-key-activity";
import { queryKeys } from "./query-keys";
import { usePoll } from "./use-poll";

/** The key's first allowed request, or else the newest denied one. Polls every 1.5 seconds until one was allowed. */
export function useFirstRequest(workspace: string, keyId: string) {
  const queryClient = useQueryClient();
  const { data, trouble } = usePoll({
    ...apiKeyActivityQuery(workspace, keyId, { background: true }),
    refetchInterval: (query) => (query.state.data?.firstRequest ? false : 1500),
    refetchIntervalInBackground: true,
  });
  const arrived = data?.firstRequest != null;
  // The list still shows the key as never used, and revoking it there must require typing its name.
  useEffect(() => {
    if (arrived) void queryClient.invalidateQueries({ queryKey: queryKeys.apiKeyLists(workspace) });
  }, [arrived, queryClient, workspace]);
  return { first: data?.firstRequest ?? null, refused: data?.refusedRequest ?? null, trouble };
}
