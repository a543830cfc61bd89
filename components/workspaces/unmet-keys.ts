import { daysText, type KeyPolicy, type UnmetKey } from "@/lib/contracts/key-policy";

const dayMs = 86_400_000;

/** What a key lacks, in words. */
export function lacksOf(key: UnmetKey, { maxLifetimeDays = 0 }: KeyPolicy): string {
  return [
    ...(key.neverExpires ? ["Never expires"] : []),
    ...(key.livesTooLong ? [`Lives longer than ${daysText(maxLifetimeDays)}`] : []),
    ...(key.fromAnyAddress ? ["Allowed from any address"] : []),
  ].join(" · ");
}

/** What to do about it on the key's page. A key that is older than the policy allows can't get an expiry that meets it. */
export function remedyOf(key: UnmetKey, { maxLifetimeDays }: KeyPolicy, now: Date): string {
  const latest = Date.parse(key.createdAt) + (maxLifetimeDays ?? Number.POSITIVE_INFINITY) * dayMs;
  if (key.rotated) return "Finish its rotation";
  if (!key.neverExpires && !key.livesTooLong) return "Add addresses";
  return latest > now.getTime() + dayMs ? "Set an expiration" : "Rotate it";
}
