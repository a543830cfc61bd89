import { AppError } from "@/lib/contracts/app-error";
import { cannotAllow, type InstanceRow, leaseOverAfter } from "./lease";
import type { LeaseKeeper } from "./lease-keeper";
import type { InstancesSnapshot, LeaseStore } from "./lease-store";

/** Proof that no instance still decides by the state before a change. */
export type Receipt = {
  afterMs: number;
  /** How many instances there were. `lapsed` of them did not acknowledge, but their leases have ended. */
  instances: number;
  lapsed: number;
  /** How long an instance that can't reach the database may keep deciding; 0 unless STALE_VERDICT_SECONDS is set. */
  staleSeconds: number;
};

type Waiter = {
  /** When COMMIT was answered, or when the database changed to another timeline. Earlier leases expire counting from here. */
  since: number;
  giveUpAt: number;
  change: InstancesSnapshot | null;
  /** Instances that might still allow. */
  pending: Map<string, InstanceRow>;
  lapsed: number;
  /** Don't resolve before this time: a recent failover may have lost the rows of instances that still hold a lease. */
  notBefore: number;
  /** False for a repeat that changed nothing: it waits for the instances, but not for `notBefore`. */
  changed: boolean;
  resolve: (receipt: Receipt) => void;
  reject: (error: unknown) => void;
};

/** The longest wait: more than twice the longest lease. The call is safe to repeat. */
const timeoutMs = 15_000;
const briefWaitMs = 250;
/** A longer wait is announced through `onLongWait`. */
const longWaitMs = 500;
const pausesMs = [1, 2, 4, 8, 15, 20];

/** Waits for the acknowledgments of all instances, in one loop for all callers of this process. */
export class RejectionWatch {
  private readonly waiters = new Set<Waiter>();
  private looping = false;
  private timeline = "";
  private watchedSince = 0;
  private stopped = false;
  private loopEnded: Promise<void> = Promise.resolve();
  /** Called when a change has to wait because no instance can rule out a recent failover. */
  onLongWait: (waitMs: number) => void = () => {};

  constructor(
    private readonly store: LeaseStore,
    private readonly keeper: LeaseKeeper,
    private readonly waitLimitMs = timeoutMs,
  ) {}

  /**
   * Resolves when no instance can still allow what the caller's last commit forbade. Call it after COMMIT was answered. A
   * repeated revocation waits like the first one.
   * @param startedAt When the change was requested. `afterMs` counts from then.
   * @param changed False if the database already was in the requested state.
   * @throws AppError `unavailable` when the database doesn't answer: the change is made, but some instances may not know it yet.
   */
  waitUntilRejectedEverywhere(startedAt = performance.now(), changed = true): Promise<Receipt> {
    return this.wait(startedAt, changed).promise;
  }

  private wait(startedAt: number, changed: boolean): { promise: Promise<Receipt>; cancel(): void } {
    const committedAt = performance.now();
    let waiter: Waiter | undefined;
    const promise = new Promise<Receipt>((resolve, reject) => {
      if (this.stopped) return reject(notConfirmed());
      waiter = {
        since: committedAt,
        giveUpAt: committedAt + this.waitLimitMs,
        change: null,
        pending: new Map(),
        lapsed: 0,
        notBefore: 0,
        changed,
        resolve: (receipt) =>
          resolve({ ...receipt, afterMs: Math.round((performance.now() - startedAt) * 10) / 10 }),
        reject,
      };
      this.waiters.add(waiter);
      if (!this.looping) this.loopEnded = this.loop();
    });
    return { promise, cancel: () => waiter && this.waiters.delete(waiter) };
  }

  /** Rejects all waiting calls. Afterwards the store is no longer used. */
  async stop(): Promise<void> {
    this.stopped = true;
    for (const waiter of this.waiters) this.settle(waiter, () => waiter.reject(notConfirmed()));
    await this.loopEnded;
  }

  /** For changes that only grant something: waits briefly, so that a new key nearly always works at once. */
  async waitBriefly(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const timedOut = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, briefWaitMs);
    });
    const { promise, cancel } = this.wait(performance.now(), false);
    await Promise.race([promise.catch(() => {}), timedOut]);
    clearTimeout(timer);
    cancel();
  }

  private async loop(): Promise<void> {
    this.looping = true;
    for (let round = 0; this.waiters.size > 0; round += 1) {
      // Serve only callers that are already waiting: the snapshot is newer than their commits.
      const served = [...this.waiters];
      try {
        const snapshot = await this.read();
        for (const waiter of served) if (this.waiters.has(waiter)) await this.judge(waiter, snapshot);
      } catch {
        // Retry. Callers get an error only when their time is up.
      }
      for (const waiter of served)
        if (this.waiters.has(waiter) && performance.now() > waiter.giveUpAt)
          this.settle(waiter, () => waiter.reject(notConfirmed()));
      const pause = pausesMs[Math.min(round, pausesMs.length - 1)] as number;
      if (this.waiters.size > 0) await new Promise((resolve) => setTimeout(resolve, pause));
    }
    this.looping = false;
  }

  private async read(): Promise<InstancesSnapshot> {
    const snapshot = await this.store.readInstances();
    if (snapshot.timeline !== this.timeline) {
      this.timeline = snapshot.timeline;
      this.watchedSince = performance.now();
    }
    return snapshot;
  }

  private async judge(waiter: Waiter, snapshot: InstancesSnapshot): Promise<void> {
    if (!waiter.change || waiter.change.timeline !== snapshot.timeline) {
      if (waiter.change) waiter.since = performance.now();
      waiter.change = snapshot;
      waiter.lapsed = 0;
      waiter.pending = new Map(snapshot.instances.map((row) => [row.id, row]));
      waiter.notBefore = this.knownSince(snapshot) + leaseOverAfter(this.keeper.times.longestLeaseMs);
      const waitMs = waiter.notBefore - performance.now();
      if (waiter.changed && waitMs > longWaitMs) this.onLongWait(waitMs);
    }
    const { change, pending } = waiter;
    const own = this.keeper.instanceId;
    if (own && pending.has(own) && (await this.keeper.apply(change))) pending.delete(own);
    const elapsed = performance.now() - waiter.since;
    for (const [id, listed] of pending) {
      const row = snapshot.instances.find((candidate) => candidate.id === id);
      const outcome = cannotAllow(row, change, listed, elapsed);
      if (outcome === "lapsed") waiter.lapsed += 1;
      if (outcome) pending.delete(id);
    }
    if (pending.size === 0 && (performance.now() >= waiter.notBefore || !waiter.changed))
      this.settle(waiter, () =>
        waiter.resolve({
          afterMs: 0,
          instances: change.instances.length,
          lapsed: waiter.lapsed,
          staleSeconds: Math.max(0, ...change.instances.map(({ staleMs }) => staleMs)) / 1000,
        }),
      );
  }

  /**
   * Since when, on our monotonic clock, the database is known to follow this timeline: from our own lease, from this loop, or
   * from what other instances wrote into their rows. Instances whose rows were lost in a failover may hold a lease for some
   * seconds after it.
   */
  private knownSince({ timeline, instances }: InstancesSnapshot): number {
    const others = instances.filter((row) => row.timeline === timeline).map(({ knownMs }) => knownMs);
    const own = this.keeper.knownSince(timeline) ?? this.watchedSince;
    return Math.min(own, this.watchedSince, performance.now() - Math.max(0, ...others));
  }

  private settle(waiter: Waiter, answer: () => void): void {
    this.waiters.delete(waiter);
    answer();
  }
}

function notConfirmed(): AppError {
  return new AppError(
    "unavailable",
    "The change was made, but some instances may not know of it yet. Repeat it to be sure.",
    { retryAfterSeconds: 1 },
  );
}
