const weekMs = 7 * 86_400_000;

export type ExpiryTone = "soon" | "past" | "calm";

/** `soon` in the last seven days. */
export function expiryTone(expiresAt: string, now: Date): ExpiryTone {
  const left = Date.parse(expiresAt) - now.getTime();
  if (left <= 0) return "past";
  return left < weekMs ? "soon" : "calm";
}
