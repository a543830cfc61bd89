import type { Quota, QuotaPeriod } from "@/lib/contracts/quotas";

/** Identifies a usage: a meter of a workspace, or of one of its keys, in one period. */
export type UsageKey = {
  workspaceId: string;
  keyId: string | null;
  meter: string;
  period: QuotaPeriod;
  startsMs: number;
  endsMs: number;
};

/** What a decision takes from one usage. `limit` is null when no quota bounds it and it is only counted. */
export type Charge = { usage: UsageKey; limit: number | null; cost: number };
/** What a decision took from one block, for the access log. */
export type BlockUse = { block: string; amount: number };
export type QuotaOutcome = { taken: true; spent: BlockUse[] } | { taken: false; refused: Charge };

/**
 * This process's block of one usage: `granted` in total and `used` in total since the block began. The rest may be used without
 * asking the store.
 */
export type BlockAccount = {
  usage: UsageKey;
  /** The block's id; null until the store has assigned one. */
  block: string | null;
  granted: number;
  used: number;
  /** Used since the last report, and in the second before it. Requests for more follow this rate. */
  recent: number;
  previous: number;
  /** How many decisions wait for more. Later decisions don't overtake them. */
  waiting: number;
  /** Whether the store doesn't know the current numbers, or may have granted something in a reply that was lost. */
  dirty: boolean;
  /** When the store last confirmed that the block is ours, by its clock. */
  confirmedMs: number;
  /** The last refusal. For a moment, decisions that need as much are denied without asking the store. */
  refused: { cost: number; limit: Quota["limit"] | null; until: number } | null;
};

/**
 * A balance that was not confirmed within this time isn't used, because the block may have been reclaimed. Blocks of a process
 * are reclaimed at the earliest ten seconds after its last sign of life.
 */
const confirmedForMs = 5000;
const refusedForMs = 100;

export function openAccount(usage: UsageKey): BlockAccount {
  return {
    usage,
    block: null,
    granted: 0,
    used: 0,
    recent: 0,
    previous: 0,
    waiting: 0,
    dirty: false,
    confirmedMs: 0,
    refused: null,
  };
}

/** What may be used without asking the store. */
export function balanceOf(account: BlockAccount, databaseMs: number): number {
  const confirmed = databaseMs - account.confirmedMs < confirmedForMs;
  return confirmed ? account.granted - account.used : 0;
}

export type Taking = { account: BlockAccount; charge: Charge };

/** Uses what each charge needs. The balances must suffice. */
export function chargeAll(takings: Taking[]): QuotaOutcome {
  const spent = takings.map(({ account, charge }) => {
    chargeAccount(account, charge.cost);
    return { block: account.block as string, amount: charge.cost };
  });
  return { taken: true, spent };
}

export function chargeAccount(account: BlockAccount, amount: number): void {
  account.used += amount;
  account.recent += amount;
  account.dirty = true;
}

/** Returns what a decision took but did not use. */
export function refundAccount(account: BlockAccount, amount: number): void {
  account.used -= amount;
  account.recent = Math.max(0, account.recent - amount);
  account.dirty = true;
}

/** What to request: `minimum` serves one decision, `needed` serves all that wait, `desired` lasts for about a second. */
export type Wanted = { minimum: number; needed: number; desired: number };

/**
 * How much to request from the store. Null when the balance suffices.
 * @param costs What each waiting decision needs.
 */
export function amountToRequest(account: BlockAccount, costs: number[], databaseMs: number): Wanted | null {
  const balance = balanceOf(account, databaseMs);
  const needed = costs.reduce((sum, cost) => sum + cost, 0) - balance;
  if (needed <= 0) return null;
  const least = Math.max(1, Math.min(...costs) - balance);
  return { minimum: least, needed, desired: Math.max(needed, account.recent, account.previous) };
}

/** The store's reply: how much it gave now, and the block's total granted and used since it began. */
export type BlockReply = { block: string; given: number; total: number; used: number };

/**
 * Adds what the store gave. A new block id means that the previous block was settled and nothing of it is left. For the same
 * block, our own `used` is right: a decision may have returned something in the meantime.
 */
export function applyReply(
  account: BlockAccount,
  { block, given, total, used }: BlockReply,
  databaseMs: number,
): void {
  if (account.block === block) account.granted += given;
  else Object.assign(account, { block, granted: total, used });
  account.confirmedMs = databaseMs;
  account.dirty = true;
}

/**
 * Keeps as much as was used in the last second; the next report returns the rest. The rest leaves the account here, before the
 * store hears of it, so that it can't be used here and granted to another instance.
 */
export function keepForNextSecond(account: BlockAccount): void {
  keep(account, account.recent);
  account.previous = account.recent;
  account.recent = 0;
}

export function releaseUnused(account: BlockAccount): void {
  keep(account, 0);
}

function keep(account: BlockAccount, amount: number): void {
  const kept = Math.min(account.granted - account.used, amount);
  if (account.used + kept === account.granted) return;
  account.granted = account.used + kept;
  account.dirty = true;
}

/** Whether nothing was used for two seconds, nothing is left, and the store knows that. */
export function isIdle(account: BlockAccount): boolean {
  const { recent, previous, granted, used, dirty, waiting } = account;
  return recent === 0 && previous === 0 && granted === used && !dirty && waiting === 0;
}

export function rememberRefusal(
  account: BlockAccount,
  cost: number,
  limit: Quota["limit"] | null,
  mono: number,
): void {
  account.refused = { cost, limit, until: mono + refusedForMs };
}

/** Whether the same amount or less was refused a moment ago, under the same quota. */
export function wasRefused(
  account: BlockAccount,
  cost: number,
  limit: Quota["limit"] | null,
  mono: number,
): boolean {
  const { refused } = account;
  return refused !== null && refused.limit === limit && cost >= refused.cost && mono < refused.until;
}
