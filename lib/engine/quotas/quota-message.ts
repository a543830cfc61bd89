import type { Quota } from "@/lib/contracts/quotas";

/** What a refusal says, whoever asked: the meter, its limit, and when it resets. */
export function quotaMessage({ keyId, meter, period, limit }: Quota, cost: number, endsMs: number): string {
  const whose = keyId === null ? "The workspace's" : "This API key's";
  const state = cost === 1 ? "is spent" : `has no room for ${cost} more`;
  const resets = new Date(endsMs).toISOString().replace(".000", "");
  return `${whose} quota of ${limit} ${meter} a ${period} ${state}. It resets at ${resets}.`;
}
