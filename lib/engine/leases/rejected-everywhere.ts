import { AppError } from "@/lib/contracts/app-error";
import type { Pool } from "../postgres/client";
import { cannotAllow, type InstanceRow, leaseOverAfter } from "./lease";
import type { LeaseKeeper } from "./lease-keeper";

/** What a change tells of itself when no instance decides by what was before it. */
export type Receipt = {
  afterMs: number;
  /** Instances there were; `lapsed` of them did not acknowledge, but cannot decide from memory any more. */
  instances: number;
  lapsed: number;
  /** For how long an instance that cannot reach the database may go on all the same; 0 unless the operator chose so. */
  staleSeconds: number;
};

type Snapshot = {
  epoch: number;
  incarnation: string;
  instances: (InstanceRow & { staleMs: number; knownMs: number })[];
};
type Waiter = {
  /** From when leases of before the change are counted out: since COMMIT was answered, or the database began another life. */
  since: number;
  giveUpAt: number;
  change: Snapshot | null;
  /** Instances that might still allow. */
  pending: Map<string, InstanceRow>;
  lapsed: number;
  /** No answer before this moment: a failover just before may have lost the rows of instances that still hold a lease. */
  notBefore: number;
  /** Whether the database changed at all: a repeat that changes nothing waits for the instances, but not for `notBefore`. */
  changed: boolean;
  resolve: (receipt: Receipt) => void;
  reject: (error: unknown) => void;
};

/** Longest anyone waits, whatever the database does: enough for its longest lease twice. Then to repeat the call is safe. */
const patienceMilliseconds = 15_000;
const soonMilliseconds = 250;
/** A wait that is longer than this is worth a word to a person who waits. */
const longWaitMilliseconds = 500;
const pauses = [1, 2, 4, 8, 15, 20];

const query = `
  SELECT h.epoch, decisions.incarnation() AS incarnation,
    coalesce((SELECT json_agg(json_build_object('id', id, 'incarnation', incarnation, 'applied', applied, 'leaseMs', lease_ms, 'staleMs', stale_ms, 'knownMs', known_ms))
      FROM decisions.instances), '[]') AS instances
  FROM decisions.invalidation_head h`;

/** Watches the acknowledgements of all instances, for everyone of this process who waits for them, in one loop. */
export class RejectionWatch {
  private readonly waiters = new Set<Waiter>();
  private looping = false;
  private incarnation = "";
  private watchedSince = 0;
  private stopped = false;
  private loopEnded: Promise<void> = Promise.resolve();
  /** Called once when a change has to wait because no instance knows whether a failover happened just before. */
  onLongWait: (waitMs: number) => void = () => {};

  constructor(
    private readonly pool: Pool,
    private readonly keeper: LeaseKeeper,
    private readonly patience = patienceMilliseconds,
  ) {}

  /**
   * Resolves when no instance can allow any more what the last commit of the caller forbade. Call it after COMMIT was
   * answered; a repeated revocation waits as the first does.
   * @param startedAt When the change was asked for, for the receipt.
   * @param changed False where the database already was as asked for.
   * @throws AppError `unavailable` where the database cannot be asked: the change stands, but who knows of it is unknown.
   */
  everywhere(startedAt = performance.now(), changed = true): Promise<Receipt> {
    return this.wait(startedAt, changed).promise;
  }

  private wait(startedAt: number, changed: boolean): { promise: Promise<Receipt>; cancel(): void } {
    const committedAt = performance.now();
    let waiter: Waiter | undefined;
    const promise = new Promise<Receipt>((resolve, reject) => {
      if (this.stopped) return reject(notKnownYet());
      waiter = {
        since: committedAt,
        giveUpAt: committedAt + this.patience,
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

  /** Rejects everything that still waits. When it returns, the pool is not used any more and can be closed. */
  async stop(): Promise<void> {
    this.stopped = true;
    for (const waiter of this.waiters) this.settle(waiter, () => waiter.reject(notKnownYet()));
    await this.loopEnded;
  }

  /** For what only grants: waits a moment for the same, and goes on without it. The grant arrives by itself. */
  async soon(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const enough = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, soonMilliseconds);
    });
    const { promise, cancel } = this.wait(performance.now(), false);
    await Promise.race([promise.catch(() => {}), enough]);
    clearTimeout(timer);
    cancel();
  }

  private async loop(): Promise<void> {
    this.looping = true;
    for (let round = 0; this.waiters.size > 0; round += 1) {
      // Only those who wait already: what is read now is newer than their commit.
      const asking = [...this.waiters];
      try {
        const snapshot = await this.read();
        for (const waiter of asking) if (this.waiters.has(waiter)) await this.judge(waiter, snapshot);
      } catch {
        // Asked again: who waits is told that nothing is known only when patience is at its end.
      }
      for (const waiter of asking)
        if (this.waiters.has(waiter) && performance.now() > waiter.giveUpAt)
          this.settle(waiter, () => waiter.reject(notKnownYet()));
      const pause = pauses[Math.min(round, pauses.length - 1)] as number;
      if (this.waiters.size > 0) await new Promise((resolve) => setTimeout(resolve, pause));
    }
    this.looping = false;
  }

  private async read(): Promise<Snapshot> {
    const { rows } = await this.pool.query<Snapshot>({ text: query, query_timeout: 2000 } as never);
    const snapshot = rows[0] as Snapshot;
    if (snapshot.incarnation !== this.incarnation) {
      this.incarnation = snapshot.incarnation;
      this.watchedSince = performance.now();
    }
    return snapshot;
  }

  private async judge(waiter: Waiter, snapshot: Snapshot): Promise<void> {
    if (!waiter.change || waiter.change.incarnation !== snapshot.incarnation) {
      if (waiter.change) waiter.since = performance.now();
      waiter.change = snapshot;
      waiter.lapsed = 0;
      waiter.pending = new Map(snapshot.instances.map((row) => [row.id, row]));
      waiter.notBefore = this.knownSince(snapshot) + leaseOverAfter(this.keeper.times.longestLeaseMs);
      const waitMs = waiter.notBefore - performance.now();
      if (waiter.changed && waitMs > longWaitMilliseconds) this.onLongWait(waitMs);
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
   * Since when, on our monotonic clock, the database is known to follow this timeline: rows that a failover lost belong to
   * leases that end a while later. Known from our own lease, from our own watching, or from any instance that wrote into its
   * row how long it has known.
   */
  private knownSince({ incarnation, instances }: Snapshot): number {
    const told = instances.filter((row) => row.incarnation === incarnation).map(({ knownMs }) => knownMs);
    const own = this.keeper.knownSince(incarnation) ?? this.watchedSince;
    return Math.min(own, this.watchedSince, performance.now() - Math.max(0, ...told));
  }

  private settle(waiter: Waiter, answer: () => void): void {
    this.waiters.delete(waiter);
    answer();
  }
}

function notKnownYet(): AppError {
  return new AppError(
    "unavailable",
    "The change is made, but it is not known yet whether it holds everywhere. Repeat it to be sure.",
    { retryAfterSeconds: 1 },
  );
}
