import { type Quota, requestsMeter } from "@/lib/contracts/quotas";
import type { KeyRecord } from "../keys/key-record";
import { periodAt } from "./period";
import type { Outcome, Part, QuotaHolder, Spent } from "./quota-holder";
import { quotaMessage } from "./quota-message";

/** What a decision uses beside the one request that each is. */
export type Spend = {
  meter: string;
  cost: number;
  /** Taken only where a quota bounds the meter: who asked did not name it. */
  ifBounded?: boolean;
};
/** Why a quota refused: the decision's message, and how long until its next period starts. */
export type QuotaRefusal = { message: string; resetsInMs: number };
export type TakenQuota = { taken: true; spent: Spent[] } | { taken: false; refusal: QuotaRefusal };

type Metered = Pick<KeyRecord, "workspaceId" | "keyId" | "quotas">;

const nothing: TakenQuota = { taken: true, spent: [] };

/**
 * Takes one request, and what else the decision uses, of every quota of the key and of its workspace: of all or of none.
 * @param databaseMs The moment of the decision by the database's clock; it says in which period it falls.
 * @returns Null where the store has to be asked first: then call takeQuota.
 */
export function tryTakeQuota(
  key: Metered,
  spend: Spend | null,
  databaseMs: number,
  quotas: QuotaHolder,
): TakenQuota | null {
  if (key.quotas.length === 0 && (spend === null || spend.ifBounded)) return nothing;
  const parts = partsOf(key, spend, databaseMs);
  if (parts.length === 0) return nothing;
  const outcome = quotas.tryTake(parts, databaseMs);
  return outcome && told(outcome, databaseMs);
}

/** The same, asking the store for blocks. @throws AppError `unavailable` where it doesn't answer. */
export async function takeQuota(
  key: Metered,
  spend: Spend | null,
  databaseMs: number,
  quotas: QuotaHolder,
): Promise<TakenQuota> {
  return told(await quotas.take(partsOf(key, spend, databaseMs), databaseMs), databaseMs);
}

/** `requests` counts as one unless the caller named another number. A meter without a quota counts in the workspace's month. */
function partsOf(key: Metered, spend: Spend | null, databaseMs: number): Part[] {
  const costs = new Map([[requestsMeter, 1]]);
  if (spend) costs.set(spend.meter, spend.cost);
  const parts = key.quotas.flatMap((quota) => {
    const cost = costs.get(quota.meter) ?? 0;
    return cost > 0 ? [partOf(key, quota, quota.limit, cost, databaseMs)] : [];
  });
  const counted = spend && key.quotas.some(({ keyId, meter }) => keyId === null && meter === spend.meter);
  if (spend && !spend.ifBounded && !counted && spend.cost > 0 && spend.meter !== requestsMeter)
    parts.push(
      partOf(key, { keyId: null, meter: spend.meter, period: "month" }, null, spend.cost, databaseMs),
    );
  return parts;
}

function partOf(
  { workspaceId }: Metered,
  { keyId, meter, period }: Omit<Quota, "limit">,
  limit: number | null,
  cost: number,
  databaseMs: number,
): Part {
  return { usage: { workspaceId, keyId, meter, period, ...periodAt(period, databaseMs) }, limit, cost };
}

function told(outcome: Outcome, databaseMs: number): TakenQuota {
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
