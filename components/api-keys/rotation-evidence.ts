import type { RotationUse } from "@/lib/contracts/key-callers";

/** After so long without a request, the old key is taken to be unused. */
const quietAfterMinutes = 30;

export type RotationEvidence = {
  /** The last request with the old key since the rotation. */
  lastAt: string | null;
  quietMinutes: number;
  isQuiet: boolean;
  /** A process was last heard of then, and its entries since may be missing. */
  silentSince: string | null;
};

/**
 * Whether programs still use the old key. Counts only the time up to which the log is complete, by the server's clock: a request
 * that isn't in the log yet must not be taken for none.
 */
export function rotationEvidence(
  {
    lastOldRequestAt,
    completeUpTo,
    silentSince,
  }: Pick<RotationUse, "lastOldRequestAt" | "completeUpTo" | "silentSince">,
  rotatedAt: string,
): RotationEvidence {
  const lastAt = lastOldRequestAt !== null && lastOldRequestAt > rotatedAt ? lastOldRequestAt : null;
  const knownUpTo = silentSince !== null && silentSince < completeUpTo ? silentSince : completeUpTo;
  const quietMs = Date.parse(knownUpTo) - Date.parse(lastAt ?? rotatedAt);
  const quietMinutes = Math.max(0, Math.floor(quietMs / 60_000));
  return { lastAt, quietMinutes, isQuiet: quietMinutes >= quietAfterMinutes, silentSince };
}

/** `34 minutes`, `5 hours`, `3 days`: in the largest unit of which there are at least two. */
export function quietTime(minutes: number): string {
  if (minutes < 120) return `${minutes} minutes`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} hours` : `${Math.floor(hours / 24)} days`;
}
