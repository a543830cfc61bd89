import type { ApiKeyActivity } from "@/lib/contracts/api-keys";

/** After so long without a request, the old key is taken to be unused. */
const quietAfterMinutes = 30;

export type OldKeyUse = {
  /** The last request since the rotation. */
  lastAt: string | null;
  quietMinutes: number;
  isQuiet: boolean;
};

/**
 * Whether programs still use the old key. Counts only the time up to which the log is complete, by the server's clock: a request
 * that isn't in the log yet must not be taken for none.
 */
export function oldKeyUse(
  { lastRequestAt, completeUpTo }: Pick<ApiKeyActivity, "lastRequestAt" | "completeUpTo">,
  rotatedAt: string,
): OldKeyUse {
  const lastAt = lastRequestAt !== null && lastRequestAt > rotatedAt ? lastRequestAt : null;
  const quietMs = Date.parse(completeUpTo) - Date.parse(lastAt ?? rotatedAt);
  const quietMinutes = Math.max(0, Math.floor(quietMs / 60_000));
  return { lastAt, quietMinutes, isQuiet: quietMinutes >= quietAfterMinutes };
}
