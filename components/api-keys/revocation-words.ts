import type { ApiKey, RevokedApiKey } from "@/lib/contracts/api-keys";

const weekMs = 7 * 86_400_000;

/** Whether the key is in use. Revoking it then requires typing its name, so that an outage isn't one click away. */
export function wasUsedLately(key: Pick<ApiKey, "lastUse">, now: Date): boolean {
  return key.lastUse !== null && now.getTime() - Date.parse(key.lastUse.at) < weekMs;
}

/** @param createdKeys How many keys that it made were revoked with it. */
export function revokedSentence(name: string, createdKeys: number): string {
  if (createdKeys === 0) return `${name} is revoked.`;
  const others = createdKeys === 1 ? "the key" : `the ${createdKeys.toLocaleString("en-US")} keys`;
  return `${name} and ${others} that it made are revoked.`;
}

/** Rounds the time up, and counts only the instances that confirmed. */
export function rejectedEverywhereSentence({
  afterMs,
  instances,
  lapsed,
  staleSeconds,
}: RevokedApiKey["rejectedEverywhere"]): string {
  const duration =
    afterMs < 10_000 ? `${Math.max(1, Math.ceil(afterMs))} ms` : `${Math.ceil(afterMs / 1000)} s`;
  const sentence = `Rejected everywhere in ${duration}, on ${instances - lapsed} of ${instances} ${instances === 1 ? "instance" : "instances"}.`;
  if (staleSeconds > 0)
    return `${sentence} An instance that can’t reach the database may still accept it for ${staleSeconds} s.`;
  if (lapsed === 0) return sentence;
  return `${sentence} ${lapsed === 1 ? "1 instance isn’t responding, and" : `${lapsed} instances aren’t responding, and`} can’t accept any key until caught up.`;
}

export function callersSentence(callersInLastHour: number): string {
  if (callersInLastHour === 0) return "No one used this key in the last hour.";
  return `${callersInLastHour} ${callersInLastHour === 1 ? "caller" : "callers"} used this key in the last hour.`;
}
