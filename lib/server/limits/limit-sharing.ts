import type { Logger } from "pino";
import { AppError } from "../app-error";
import type { SlidingWindow } from "../decisions/sliding-window";
import type { GrantStore, LimitTimes, UsesAlone } from "./grant-store";
import type { HeldGrants } from "./held-grants";

/** What a renewal of the lease saw of other instances whose lease may still be live. */
export type Others = {
  count: number;
  /** How many of them limit from memory alone, or did and have not yet entered their uses into the store. */
  alone: number;
};

/** A row of the store holds at most this many entries of what was used alone. */
const enteredSlots = 16;
/** Limits in one call of the store: what it can do in the time for which anybody waits. */
const enteredAtOnce = 200;
/** Longest that a request waits until those who were alone have entered their uses. */
const patienceMilliseconds = 1000;
const sweepMilliseconds = 250;

/**
 * Whether this instance limits from its own memory, as it does alone, or by grants from the store.
 * Of two instances none allows from memory alone while the other allows anything, for each first says in its row that it means
 * to be alone, and only a later renewal, which sees no other, makes it so: the later of two always sees the row of the other.
 */
export class LimitSharing {
  /** `alone` limits from memory; `withdrawing` has said so in its row and still goes by grants; `entering` goes back to them. */
  private phase: "sharing" | "withdrawing" | "alone" | "entering" = "sharing";
  private instances = 1;
  private othersAlone = 0;
  private isFirst = true;
  /** What our row said before the renewal that was sent last. */
  private rowShares = true;
  /** Since when no other was seen, on our monotonic clock. */
  private aloneSince: number | null = null;
  private hasWarned = false;
  private entering: Promise<void> | null = null;
  /** What is left to be entered. Nothing is added: who enters allows nothing. */
  private toEnter: UsesAlone[] | null = null;
  private readonly waiting = new Set<() => void>();
  private readonly timer: NodeJS.Timeout;

  constructor(
    readonly store: GrantStore,
    readonly grants: HeldGrants,
    private readonly memory: SlidingWindow,
    private readonly times: LimitTimes,
    private readonly log: Logger,
  ) {
    this.timer = setInterval(() => void this.grants.sweep(), sweepMilliseconds);
    this.timer.unref();
  }

  get isAlone(): boolean {
    return this.phase === "alone";
  }

  /** What the next renewal writes into this instance's row: that others need not wait for it. */
  get shares(): boolean {
    return this.phase === "sharing";
  }

  /** Among how many what is left is to be divided. */
  get sharers(): number {
    return this.instances;
  }

  /** Whether grants may be taken: nobody, this instance neither, has uses that the store does not know. */
  get isOpen(): boolean {
    return this.phase !== "entering" && this.othersAlone === 0;
  }

  /** Waits until grants may be taken, or memory decides. @throws AppError `unavailable` where neither comes in a second. */
  opened(): Promise<void> {
    if (this.isOpen || this.isAlone) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const wake = () => {
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(() => {
        this.waiting.delete(wake);
        reject(
          new AppError("unavailable", "Rate limits are being shared among instances. Try again shortly.", {
            retryAfterSeconds: 1,
          }),
        );
      }, patienceMilliseconds);
      this.waiting.add(wake);
    });
  }

  /**
   * Applies what a renewal saw, before its lease lets anybody decide.
   * @param wrote What it wrote of `shares` into the row.
   * @returns Whether another renewal should follow at once.
   */
  seen(others: Others, wrote: boolean, now: number): boolean {
    if (this.isFirst) this.store.open();
    this.instances = others.count + 1;
    this.othersAlone = others.alone;
    if (others.count > 0) this.aloneSince = null;
    // Before its first renewal it allowed nothing. What others allowed before it came is lost, as in any restart.
    else this.aloneSince ??= this.isFirst ? Number.NEGATIVE_INFINITY : now;
    this.isFirst = false;
    this.phase = this.nextPhase(others, now);
    this.rowShares = wrote;
    if (this.phase === "entering") this.enter(now);
    this.wake();
    const isBetween = this.phase === "withdrawing" || this.phase === "entering";
    return isBetween || wrote !== this.shares || this.othersAlone > 0;
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.grants.release();
    this.store.close();
  }

  private nextPhase(others: Others, now: number): typeof this.phase {
    const isAlone = others.count === 0;
    if (this.phase === "alone") return isAlone ? "alone" : "entering";
    if (this.phase === "entering") return "entering";
    if (!isAlone) return "sharing";
    if (this.phase === "withdrawing") return this.rowShares ? "withdrawing" : "alone";
    // From then on every use in the window is one of ours, and memory knows it.
    const isOver = now - (this.aloneSince as number) >= this.times.windowMs + this.times.grantMs;
    return isOver ? "withdrawing" : "sharing";
  }

  /** Writes what memory allowed into the store; until then nobody takes of it. Goes on with the next renewal where it fails. */
  private enter(now: number): void {
    this.toEnter ??= [...this.memory.all(now, enteredSlots)].map(({ key, group, ...rest }) => ({
      id: key,
      workspaceId: group,
      ...rest,
    }));
    this.entering ??= this.enterAll(this.toEnter)
      .then(
        () => {
          this.toEnter = null;
          this.phase = "sharing";
          this.hasWarned = false;
          this.wake();
        },
        (error: Error) => {
          if (!this.hasWarned)
            this.log.warn({ error: error.message }, "what was allowed alone could not be shared");
          this.hasWarned = true;
        },
      )
      .finally(() => {
        this.entering = null;
      });
  }

  private async enterAll(uses: UsesAlone[]): Promise<void> {
    while (uses.length > 0) {
      const last = uses.slice(-enteredAtOnce);
      await this.store.enter(this.grants.holder, last);
      uses.length -= last.length;
    }
  }

  private wake(): void {
    if (!this.isOpen && !this.isAlone) return;
    for (const wake of this.waiting) wake();
    this.waiting.clear();
  }
}
