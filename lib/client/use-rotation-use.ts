import type { RotationUse } from "@/lib/contracts/key-callers";
import { oneQuery } from "./queries/make-query";
import { apiKeyPath } from "./queries/paths";
import { type PollTrouble, usePoll } from "./use-poll";

/** Who calls with the keys of a rotation, every five seconds. `trouble` says why it may be out of date. */
export function useRotationUse(
  workspace: string,
  keyId: string,
): { data: RotationUse | undefined; trouble: PollTrouble | null } {
  return usePoll({
    ...oneQuery<RotationUse>(
      // Not below the key's own: a change of the key, such as canceling, would ask for a rotation that is no more.
      ["workspaces", workspace, "rotations", keyId],
      `${apiKeyPath(workspace, keyId)}/rotation`,
      { background: true },
    ),
    refetchInterval: 5000,
  });
}
