import { type Quota, requestsMeter } from "@/lib/contracts/quotas";
import type { KeyRecord } from "../keys/key-record";
import type { BlockUse, Charge, QuotaOutcome } from "./block-account";
import { periodAt } from "./period";
import type { QuotaHolder } from "./quota-holder";

/** What a decision uses of a meter, in addition to counting as one request. */
export type MeterCost = {
  meter: string;
  cost: number;
  /** Count it only when a quota bounds the meter: the caller didn't name the meter. */
  ifBounded?: boolean;
};
/** Why a quota denied: the decision's message, and the time until the next period. */
export type QuotaRefusal = { message: string; resetsInMs: number };
export type QuotaResult = { taken: true; spent: BlockUse[] } | { taken: false; refusal: QuotaRefusal };

type Metered = Pick<KeyRecord, "workspaceId" | "keyId" | "quotas">;

const nothingTaken: QuotaResult = { taken: true, spent: [] };

/**
 * Takes one request, and what else the decision uses, from all quotas of the key and its workspace, or from none.
 * @param databaseMs The time of the decision by the database's clock. It determines the period.
 * @returns Null when the store has to be asked first: call takeQuota then.
 */
export function tryTakeQuota(
  key: Metered,
  spend: MeterCost | null,
  databaseMs: number,
  quotas: QuotaHolder,
): QuotaResult | null {
  if (key.quotas.length === 0 && (spend === null || spend.ifBounded)) return nothingTaken;
  const parts = chargesOf(key, spend, databaseMs);
  if (parts.length === 0) return nothingTaken;
  const outcome = quotas.tryTake(parts, databaseMs);
  return outcome && toResult(outcome, databaseMs);
}

/** The same, asking the store for blocks. @throws AppError `unavailable` when it doesn't answer. */
export async function takeQuota(
  key: Metered,
  spend: MeterCost | null,
  databaseMs: number,
  quotas: QuotaHolder,
): Promise<QuotaResult> {
  return toResult(await quotas.take(chargesOf(key, spend, databaseMs), databaseMs), databaseMs);
}

/** `requests` counts as 1 unless the caller set another number. A meter without a quota counts per month of the workspace. */
function chargesOf(key: Metered, spend: MeterCost | null, databaseMs: number): Charge[] {
  const costs = new Map([[requestsMeter, 1]]);
  if (spend) costs.set(spend.meter, spend.cost);
  const parts = key.quotas.flatMap((quota) => {
    const cost = costs.get(quota.meter) ?? 0;
    return cost > 0 ? [chargeOf(key, quota, quota.limit, cost, databaseMs)] : [];
  });
  const counted = spend && key.quotas.some(({ keyId, meter }) => keyId === null && meter === spend.meter);
  if (spend && !spend.ifBounded && !counted && spend.cost > 0 && spend.meter !== requestsMeter)
    parts.push(
      chargeOf(key, { keyId: null, meter: spend.meter, period: "month" }, null, spend.cost, databaseMs),
    );
  return parts;
}

function chargeOf(
  { workspaceId }: Metered,
  { keyId, meter, period }: Omit<Quota, "limit">,
  limit: number | null,
  cost: number,
  databaseMs: number,
): Charge {
  return { usage: { workspaceId, keyId, meter, period, ...periodAt(period, databaseMs) }, limit, cost };
}

function toResult(outcome: QuotaOutcome, databaseMs: number): QuotaResult {
  if (outcome.taken) return outcome;
  const { usage, limit, cost } = outcome.refused;
  return {
    taken: false,
    refusal: {
      message: quotaMessage({ ...usage, limit: limit ?? 0 }, cost, usage.endsMs),
      resetsInMs: usage.endsMs - databaseMs,
    },
  };
}

/** The message of a denial by a quota: the meter, its limit, and when it resets. */
export function quotaMessage({ keyId, meter, period, limit }: Quota, cost: number, endsMs: number): string {
  const whose = keyId === null ? "The workspace's" : "This API key's";
  const state = cost === 1 ? "is spent" : `has no room for ${cost} more`;
  const resets = new Date(endsMs).toISOString().replace(".000", "");
  return `${whose} quota of ${limit} ${meter} a ${period} ${state}. It resets at ${resets}.`;
}
