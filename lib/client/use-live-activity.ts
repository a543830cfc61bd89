import type { ApiKeyActivity } from "@/lib/contracts/api-keys";
import { apiKeyActivityQuery } from "./queries/api-keys";
import { type PollTrouble, usePoll } from "./use-poll";

/** A key's requests, every five seconds. `trouble` says why they may be out of date. */
export function useLiveActivity(
  workspace: string,
  keyId: string,
): { data: ApiKeyActivity | undefined; trouble: PollTrouble | null } {
  return usePoll({
    ...apiKeyActivityQuery(workspace, keyId, { background: true }),
    refetchInterval: 5000,
  });
}
