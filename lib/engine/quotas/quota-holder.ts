import type { Logger } from "pino";
import { AppError } from "@/lib/contracts/app-error";
import {
  amountToRequest,
  applyReply,
  type BlockAccount,
  type BlockUse,
  balanceOf,
  type Charge,
  chargeAll,
  isIdle,
  keepForNextSecond,
  openAccount,
  type QuotaOutcome,
  refundAccount,
  releaseUnused,
  rememberRefusal,
  type Taking,
  type UsageKey,
  type Wanted,
  wasRefused,
} from "./block-account";
import type { QuotaStore } from "./quota-store";

type Waiter = {
  takings: Taking[];
  databaseMs: number;
  resolve: (outcome: QuotaOutcome) => void;
  reject: (error: unknown) => void;
};

/** A request for nothing, to learn the ids of our blocks. */
const noBlock: Wanted = { minimum: 0, needed: 0, desired: 0 };
const reportMs = 1000;
const waitingLimit = 20_000;

/**
 * Holds this process's blocks of quotas. A decision takes from memory when enough is there. Otherwise it waits for a block from
 * the store, in one statement with all other decisions of its turn (docs/decisions/016). Guarantees:
 * - All processes together never use more of a quota in a period than its limit.
 * - A decision takes from all its quotas or from none.
 * - What isn't used goes back within about a second.
 * The statements of one process run strictly one after another, also after errors.
 */
export class QuotaHolder {
  private readonly accounts = new Map<string, BlockAccount>();
  private waiting: Waiter[] = [];
  private statements: Promise<void> = Promise.resolve();
  /** Work that waits for its turn, by name. The same work is queued only once. */
  private readonly queuedWork = new Map<string, Promise<void>>();
  private timer: NodeJS.Timeout | null = null;
  private statementNumber = 0;
  private stopped = false;

  /**
   * @param holder Our log writer's id; used to reclaim blocks after a crash.
   * @param databaseClock The database's time in milliseconds; null without a lease.
   */
  constructor(
    private readonly store: QuotaStore,
    private readonly log: Logger,
    private readonly holder: () => string,
    private readonly databaseClock: () => number | null,
  ) {}

  /** Takes all charges or none, from memory. @returns Null when the store has to be asked first: call take then. */
  tryTake(charges: Charge[], databaseMs: number): QuotaOutcome | null {
    const takings = this.takingsOf(charges);
    const lacking = takings.filter(({ account, charge }) => balanceOf(account, databaseMs) < charge.cost);
    // Don't overtake decisions that are already waiting.
    if (lacking.length === 0 && takings.every(({ account }) => account.waiting === 0))
      return chargeAll(takings);
    const now = performance.now();
    const refused = lacking.find(({ account, charge }) =>
      wasRefused(account, charge.cost, charge.limit, now),
    );
    return refused ? { taken: false, refused: refused.charge } : null;
  }

  /** The same, asking the store for blocks. @throws AppError `unavailable` when it doesn't answer. */
  async take(charges: Charge[], databaseMs: number): Promise<QuotaOutcome> {
    if (this.stopped || this.waiting.length >= waitingLimit) throw unavailable();
    const takings = this.takingsOf(charges);
    return new Promise((resolve, reject) => {
      for (const { account } of takings) account.waiting += 1;
      // The decisions of one turn of the event loop share a statement.
      if (this.waiting.length === 0) setImmediate(() => void this.enqueue("send", () => this.send()));
      this.waiting.push({ takings, databaseMs, resolve, reject });
    });
  }

  /** Gives back what a decision took. */
  giveBack(spent: BlockUse[]): void {
    for (const { block, amount } of spent)
      for (const account of this.accounts.values())
        if (account.block === block) refundAccount(account, amount);
  }

  /** Reports what was used of a workspace's quotas. Afterwards the store's `used` is exact for this process. */
  async report(workspaceId: string): Promise<void> {
    await this.enqueue(`report ${workspaceId}`, () => this.reportAccounts(this.accountsOf(workspaceId)));
  }

  /** Gives back what we hold of a workspace's quotas, so that code that asks the store directly sees all that is left. */
  async release(workspaceId: string): Promise<void> {
    await this.enqueue(`release ${workspaceId}`, () => this.releaseAccounts(this.accountsOf(workspaceId)));
  }

  /** Gives everything back. No decision may be in progress. */
  async stop(): Promise<void> {
    this.stopped = true;
    if (this.timer) clearInterval(this.timer);
    await this.enqueue("stop", () => this.releaseAccounts([...this.accounts.values()]));
  }

  private takingsOf(charges: Charge[]): Taking[] {
    return charges.map((charge) => ({ account: this.open(charge.usage), charge }));
  }

  private open(usage: UsageKey): BlockAccount {
    const { workspaceId, keyId, meter, period, startsMs } = usage;
    const id = `${keyId ?? workspaceId}/${meter}/${period}/${startsMs}`;
    let account = this.accounts.get(id);
    if (!account) {
      account = openAccount(usage);
      this.accounts.set(id, account);
      // Without quotas there is no timer.
      this.timer ??= setInterval(
        () => void this.enqueue("second", () => this.reportEverySecond()),
        reportMs,
      ).unref();
    }
    return account;
  }

  /** Runs work after everything that was enqueued before. Never rejects. */
  private enqueue(name: string, work: () => Promise<void>): Promise<void> {
    const waiting = this.queuedWork.get(name);
    if (waiting) return waiting;
    this.statements = this.statements
      .then(() => {
        this.queuedWork.delete(name);
        return work();
      })
      .catch((error: Error) =>
        this.log.warn(
          { error: error.message },
          "reporting quotas failed and is tried again; if that repeats, see whether the database is reachable",
        ),
      );
    this.queuedWork.set(name, this.statements);
    return this.statements;
  }

  private async send(): Promise<void> {
    const batch = this.waiting;
    this.waiting = [];
    if (batch.length === 0) return;
    const costs = new Map<BlockAccount, number[]>();
    for (const { takings } of batch)
      for (const { account, charge } of takings) {
        const each = costs.get(account);
        if (each) each.push(charge.cost);
        else costs.set(account, [charge.cost]);
      }
    const databaseMs = Math.max(...batch.map((waiter) => waiter.databaseMs));
    try {
      this.statementNumber += 1;
      const requests = [...costs].flatMap(([account, each]) => {
        const wanted = amountToRequest(account, each, databaseMs);
        return wanted ? [{ account, wanted }] : [];
      });
      const given = await this.store.takeBlocks(this.holder(), this.statementNumber, requests);
      for (const [account, block] of given) applyReply(account, block, databaseMs);
      for (const waiter of batch) this.serve(waiter, databaseMs);
    } catch (error) {
      this.log.warn(
        { error: (error as Error).message },
        "asking the database for quota blocks failed, so requests with a quota are 503; see whether it is reachable",
      );
      for (const { takings, reject } of batch) {
        // The store may have granted something in the lost reply. The next report returns it, since none of it is used.
        for (const { account } of takings) {
          account.waiting -= 1;
          account.dirty = true;
        }
        reject(unavailable());
      }
    }
  }

  private serve({ takings, resolve }: Waiter, databaseMs: number): void {
    for (const { account } of takings) account.waiting -= 1;
    const lacking = takings.find(({ account, charge }) => balanceOf(account, databaseMs) < charge.cost);
    if (!lacking) {
      resolve(chargeAll(takings));
      return;
    }
    const { account, charge } = lacking;
    rememberRefusal(account, charge.cost, charge.limit, performance.now());
    resolve({ taken: false, refused: charge });
  }

  private async reportEverySecond(): Promise<void> {
    for (const [id, account] of this.accounts) if (isIdle(account)) this.accounts.delete(id);
    const accounts = [...this.accounts.values()];
    for (const account of accounts) keepForNextSecond(account);
    await this.reportAccounts(accounts);
  }

  private async releaseAccounts(accounts: BlockAccount[]): Promise<void> {
    for (const account of accounts) releaseUnused(account);
    await this.reportAccounts(accounts);
  }

  private async reportAccounts(accounts: BlockAccount[]): Promise<void> {
    await this.recoverBlocks(accounts.filter(({ dirty, block }) => dirty && block === null));
    const reported = accounts.filter(({ dirty, block }) => dirty && block !== null);
    if (reported.length === 0) return;
    const databaseMs = this.databaseClock() ?? 0;
    for (const account of reported) account.dirty = false;
    try {
      this.statementNumber += 1;
      const ours = await this.store.reportBlocks(this.statementNumber, reported);
      for (const account of reported) {
        if (ours.has(account.block as string)) account.confirmedMs = databaseMs;
        // The block was reclaimed as that of a dead process, so nothing of it is ours any more.
        else Object.assign(account, { block: null, granted: account.used });
      }
    } catch (error) {
      for (const account of reported) account.dirty = true;
      throw error;
    }
  }

  /** Learns the block ids of accounts whose first reply was lost. */
  private async recoverBlocks(accounts: BlockAccount[]): Promise<void> {
    if (accounts.length === 0) return;
    this.statementNumber += 1;
    const requests = accounts.map((account) => ({ account, wanted: noBlock }));
    const found = await this.store.takeBlocks(this.holder(), this.statementNumber, requests);
    for (const account of accounts) {
      const block = found.get(account);
      if (block) applyReply(account, block, this.databaseClock() ?? 0);
      account.dirty = false;
    }
  }

  private accountsOf(workspaceId: string): BlockAccount[] {
    return [...this.accounts.values()].filter(({ usage }) => usage.workspaceId === workspaceId);
  }
}

function unavailable(): AppError {
  return new AppError("unavailable", "The quota cannot be asked right now. Try again shortly.", {
    retryAfterSeconds: 1,
  });
}
