import { type Quota, requestsMeter } from "@/lib/contracts/quotas";
import type { KeyRecord } from "../keys/key-record";
import { wholeSeconds } from "../whole-seconds";
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
/** Why a quota refused: the decision's message, and when it starts anew. */
export type QuotaRefusal = { message: string; retryAfterSeconds: number };
export type TakenQuota = { taken: true; spent: Spent[] } | { taken: false; refusal: QuotaRefusal };

type Metered = Pick<KeyRecord, "workspaceId" | "keyId" | "quotas">;
type Server = { quotas: QuotaHolder };

const nothing: TakenQuota = { taken: true, spent: [] };

/**
 * Takes one request, and what else the decision uses, of every quota of the key and of its workspace: of all or of none. Returns
 * at once where memory can tell, which it always can where there is no quota.
 * @param databaseMs The moment of the decision by the database's clock: it says in which period it falls.
 * @throws AppError `unavailable`, also as a rejection, where the database must be asked and cannot be.
 */
export function takeQuota(
  key: Metered,
  spend: Spend | null,
  databaseMs: number,
  server: Server,
): TakenQuota | Promise<TakenQuota> {
  if (key.quotas.length === 0 && (spend === null || spend.ifBounded)) return nothing;
  const parts = partsOf(key, spend, databaseMs);
  if (parts.length === 0) return nothing;
  const outcome = server.quotas.take(parts, databaseMs);
  return outcome instanceof Promise
    ? outcome.then((late) => told(late, databaseMs))
    : told(outcome, databaseMs);
}

/** Gives back what takeQuota took: the decision does not stand. */
export function giveBackQuota(spent: Spent[], { quotas }: Server): void {
  if (spent.length > 0) quotas.giveBack(spent);
}

/** Who names `requests` says for how many this one counts. A meter without a quota is counted for the workspace's month. */
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
      retryAfterSeconds: wholeSeconds(usage.endsMs - databaseMs),
    },
  };
}
