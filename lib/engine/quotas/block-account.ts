import type { Quota, QuotaPeriod } from "@/lib/contracts/quotas";

/** A meter of a workspace, or of one of its keys, in one period. */
export type UsageKey = {
  workspaceId: string;
  keyId: string | null;
  meter: string;
  period: QuotaPeriod;
  startsMs: number;
  endsMs: number;
};

/**
 * What this process holds of one usage: `granted` was given to it, `used` of that is taken, both counted from the beginning of
 * its block. What is left may be taken without asking anybody.
 */
export type BlockAccount = {
  usage: UsageKey;
  /** Null until the database told which it is. */
  block: string | null;
  granted: number;
  used: number;
  /** Taken since the last report, and in the second before it: the rate by which more is asked for. */
  recent: number;
  previous: number;
  /** Who waits for more. Nobody is served past them. */
  waiting: number;
  /** Whether the database has not been told how it stands, or may have given something without our knowing. */
  dirty: boolean;
  /** When the database last said that the block is ours, by its clock. */
  confirmedMs: number;
  /** The last refusal: for a moment whoever asks for as much is refused without asking. */
  refused: { cost: number; limit: Quota["limit"] | null; until: number } | null;
};

/**
 * A balance that was not confirmed for so long is not used: the block may have been settled as that of a dead process, which is
 * done no sooner than ten seconds after its last sign of life.
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

/** What may be taken at once. */
export function balanceOf(account: BlockAccount, databaseMs: number): number {
  const confirmed = databaseMs - account.confirmedMs < confirmedForMs;
  return confirmed ? account.granted - account.used : 0;
}

export function chargeAccount(account: BlockAccount, amount: number): void {
  account.used += amount;
  account.recent += amount;
  account.dirty = true;
}

/** The decision that it was taken for did not stand. */
export function refundAccount(account: BlockAccount, amount: number): void {
  account.used -= amount;
  account.recent = Math.max(0, account.recent - amount);
  account.dirty = true;
}

/** At least what helps one of them, what they need together, and what would be welcome. */
export type Wanted = { minimum: number; needed: number; desired: number };

/**
 * What to ask for, where so many wait with these costs: at least what helps one of them, what they need together, and about a
 * second of the present rate. Null where what is here suffices.
 */
export function amountToRequest(account: BlockAccount, costs: number[], databaseMs: number): Wanted | null {
  const balance = balanceOf(account, databaseMs);
  const needed = costs.reduce((sum, cost) => sum + cost, 0) - balance;
  if (needed <= 0) return null;
  const least = Math.max(1, Math.min(...costs) - balance);
  return { minimum: least, needed, desired: Math.max(needed, account.recent, account.previous) };
}

/** What the database answered: how much was given, and all that this block was given and has used since it began. */
export type BlockReply = { block: string; given: number; total: number; used: number };

/**
 * Takes over what was given. A block of another number: the one before was settled, and nothing of it is left. Of our own block we
 * know better what is used, for a decision may have given something back in the meantime.
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
 * Once a second: keeps as much as the last one took; what lies idle goes back. What is not kept is taken out of the account
 * before anybody is told, so that it cannot be both used here and given to another.
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

/** Whether nothing was taken for two seconds, nothing is held, and the database knows it. */
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

/** Whether as much was refused a moment ago, under the same quota. */
export function wasRefused(
  account: BlockAccount,
  cost: number,
  limit: Quota["limit"] | null,
  mono: number,
): boolean {
  const { refused } = account;
  return refused !== null && refused.limit === limit && cost >= refused.cost && mono < refused.until;
}
