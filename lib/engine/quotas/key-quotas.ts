import { type Quota, requestsMeter } from "@/lib/contracts/quotas";
import type { KeyRecord } from "../keys/key-record";
import { periodAt } from "./period";
import type { BlockUse, Charge, QuotaHolder, QuotaOutcome } from "./quota-holder";
import { quotaMessage } from "./quota-message";

/** What a decision uses beside the one request that each is. */
export type MeterCost = {
  meter: string;
  cost: number;
  /** Taken only where a quota bounds the meter: who asked did not name it. */
  ifBounded?: boolean;
};
/** Why a quota refused: the decision's message, and how long until its next period starts. */
export type QuotaRefusal = { message: string; resetsInMs: number };
export type QuotaResult = { taken: true; spent: BlockUse[] } | { taken: false; refusal: QuotaRefusal };

type Metered = Pick<KeyRecord, "workspaceId" | "keyId" | "quotas">;

const nothingTaken: QuotaResult = { taken: true, spent: [] };

/**
 * Takes one request, and what else the decision uses, of every quota of the key and of its workspace: of all or of none.
 * @param databaseMs The moment of the decision by the database's clock; it says in which period it falls.
 * @returns Null where the store has to be asked first: then call takeQuota.
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

/** The same, asking the store for blocks. @throws AppError `unavailable` where it doesn't answer. */
export async function takeQuota(
  key: Metered,
  spend: MeterCost | null,
  databaseMs: number,
  quotas: QuotaHolder,
): Promise<QuotaResult> {
  return toResult(await quotas.take(chargesOf(key, spend, databaseMs), databaseMs), databaseMs);
}

/** `requests` counts as one unless the caller named another number. A meter without a quota counts in the workspace's month. */
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
