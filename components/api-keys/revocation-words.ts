import type { ApiKey, RevokedApiKey } from "@/lib/contracts/api-keys";

const weekMilliseconds = 7 * 86_400_000;

/** A key in use is revoked only by who types its name: an outage must not be one click away. */
export function mustTypeName(key: Pick<ApiKey, "lastUse">, now: Date): boolean {
  return key.lastUse !== null && now.getTime() - Date.parse(key.lastUse.at) < weekMilliseconds;
}

/**
 * The time is rounded up: what is claimed is never less than what was measured. An instance that fell silent did not confirm
 * it, and is not counted as one that did.
 */
export function rejectedEverywhereSentence({
  afterMs,
  instances,
  lapsed,
  staleSeconds,
}: RevokedApiKey["rejectedEverywhere"]): string {
  const duration =
    afterMs < 10_000 ? `${Math.max(1, Math.ceil(afterMs))} ms` : `${Math.ceil(afterMs / 1000)} s`;
  const sentence = `Rejected everywhere in ${duration}, on ${instances - lapsed} of ${instances} instances.`;
  if (staleSeconds > 0)
    return `${sentence} An instance that cannot reach the database may still accept it for ${staleSeconds} s.`;
  if (lapsed === 0) return sentence;
  return `${sentence} ${lapsed === 1 ? "One is" : `${lapsed} are`} silent, and can accept no key before catching up.`;
}

export function callersSentence(callersInLastHour: number): string {
  if (callersInLastHour === 0) return "No caller used this key in the last hour.";
  return `${callersInLastHour} ${callersInLastHour === 1 ? "caller" : "callers"} used this key in the last hour.`;
}
