import { EventEmitter } from "node:events";
import type { Logger } from "pino";
import { AppError } from "@/lib/contracts/app-error";
import { type Clocks, isLive, readClocks } from "../leases/lease";
import type { LimitAnnouncement, OtherInstances } from "../leases/lease-store";
import type { GrantStore, LimitStores, LimitTimes } from "./grant-store";
import { HeldGrants } from "./held-grants";
import { nextPhase, type Phase } from "./phase";
import { RedisWatch } from "./redis-watch";
import type { Limit, SlidingWindow } from "./sliding-window";
import { UseImport } from "./use-import";

const sweepMs = 250;
const notAgreed = "Rate limits are being shared among instances. Try again shortly.";

/**
 * Decides where this instance counts rate limits: in its own memory while it is the only instance, otherwise by grants from a
 * store, which is Redis while every live instance can reach it and PostgreSQL otherwise.
 *
 * Own memory: an instance first announces in its row that it wants to count alone, and does so only after a later renewal saw no
 * other row. Of two instances, the later one always sees the row of the other, so neither counts alone while the other allows.
 *
 * Switching stores: an instance ends its grants, writes its uses of the last window into the other store, and announces that store
 * in its row. It takes grants there only after a later renewal saw the same store in all other rows. For the same reason as
 * above, no two instances use different stores at the same time.
 */
export class LimitSharing extends EventEmitter<{ change: [] }> {
  private phase: Phase = "sharing";
  private current: keyof LimitStores = "postgres";
  /** How many count against the same limits, this one included. */
  instances = 1;
  private othersAlone = 0;
  private isFirst = true;
  /** What our row said before the last renewal was sent. Null when we don't know. */
  private row: LimitAnnouncement | null = null;
  /** The store that all rows named, ours included, at the last renewal. Null when they differ. */
  private agreedOn: keyof LimitStores | null = null;
  /** Until when we may rely on what the last renewal saw. */
  private readonly observation = { until: { mono: 0, wall: 0 } };
  /** True from switching back to Redis until all instances have. */
  private isReturning = false;
  /** Since when we have seen no other instance, on our monotonic clock. */
  private aloneSince: number | null = null;
  private hasWarned = false;
  private readonly useImport: UseImport;
  private readonly waiting = new Set<() => void>();
  private readonly timer: NodeJS.Timeout;
  private readonly held: { postgres: HeldGrants; redis: HeldGrants | null };
  private readonly redis: RedisWatch | null;

  constructor(
    private readonly stores: LimitStores,
    memory: SlidingWindow,
    private readonly times: LimitTimes,
    private readonly log: Logger,
  ) {
    super();
    const { postgres, redis } = stores;
    this.held = {
      postgres: new HeldGrants(postgres, times, log),
      redis: redis && new HeldGrants(redis, times, log),
    };
    this.useImport = new UseImport(memory, {
      done: () => this.importEnded(null),
      failed: (error) => this.importEnded(error),
    });
    this.redis = redis && new RedisWatch(redis, times, () => this.redisLost());
    this.timer = setInterval(() => this.tick(), sweepMs).unref();
  }

  /** Call it before the first renewal. */
  async start(): Promise<void> {
    await this.redis?.open();
    if (this.isFirst && this.redis?.isReachable) this.current = "redis";
  }

  get isAlone(): boolean {
    return this.phase === "alone";
  }

  async reachesRedis(): Promise<boolean> {
    await this.redis?.ping();
    return this.redis?.isReachable ?? false;
  }

  get store(): GrantStore {
    return this.stores[this.current] as GrantStore;
  }

  get grants(): HeldGrants {
    return this.held[this.current] as HeldGrants;
  }

  /** What to write into this instance's row. From now on, assume that the row may say so. */
  announce(): LimitAnnouncement {
    const announcement = this.announcement();
    if (announcement.store !== this.agreedOn) this.agreedOn = null;
    if (announcement.store !== this.row?.store) this.row = null;
    return announcement;
  }

  /** @param wrote What the new row says. */
  rowCreated(wrote: LimitAnnouncement): void {
    this.row = wrote;
    this.agreedOn = null;
  }

  /** Whether grants may be taken: no instance has uses that the store doesn't know. */
  isOpen({ mono, wall } = readClocks()): boolean {
    return this.phase !== "importing" && this.isAgreed && isLive(this.observation, mono, wall);
  }

  /** Waits until grants may be taken or memory decides. @throws AppError `unavailable` when neither happens before `until`. */
  waitUntilOpen(until: number): Promise<void> {
    if (this.isOpen() || this.isAlone) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const wake = () => {
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(() => {
        this.waiting.delete(wake);
        reject(new AppError("unavailable", notAgreed, { retryAfterSeconds: 1 }));
      }, until - performance.now());
      this.waiting.add(wake);
    });
  }

  /**
   * Asks for grants. When Redis fails, it resolves without any, and PostgreSQL will be asked next.
   * @throws AppError `unavailable` when PostgreSQL doesn't answer. Without it nothing is allowed.
   */
  async obtain(workspaceId: string, limits: readonly Limit[]): Promise<void> {
    const { grants } = this;
    try {
      await grants.obtain(workspaceId, limits, this.instances);
    } catch (error) {
      if (grants !== this.held.redis) throw error;
      if (grants === this.grants) this.redis?.markUnreachable();
    }
  }

  /**
   * Applies what a renewal saw. Call it before the renewed lease allows decisions.
   * @param wrote What the renewal wrote into our row.
   * @param until Until when the renewed lease allows decisions.
   * @returns Whether another renewal should follow at once.
   */
  applyRenewal(others: OtherInstances, wrote: LimitAnnouncement, now: number, until: Clocks): boolean {
    const isOnly = others.ids.length === 0;
    this.instances = others.ids.length + 1;
    this.othersAlone = others.alone;
    this.observation.until = until;
    if (!isOnly) this.aloneSince = null;
    // Before its first renewal, an instance allowed nothing. What others allowed before it started is lost, as in any restart.
    else this.aloneSince ??= this.isFirst ? Number.NEGATIVE_INFINITY : now;
    this.isFirst = false;
    const elsewhere = wrote.store === "redis" ? others.inPostgres : others.inRedis;
    this.agreedOn = this.row?.store === wrote.store && elsewhere === 0 ? wrote.store : null;
    if (this.isAgreed && this.agreedOn === "redis") this.isReturning = false;
    this.redis?.observeInstances(others.ids, now);
    const target = others.withoutRedis === 0 && this.announcement(now).redisReady ? "redis" : "postgres";
    if (target !== this.current) this.switchStore(target, now);
    const aloneMs = isOnly && now - (this.aloneSince as number);
    const phase = nextPhase(this.phase, aloneMs, this.row?.shares === false, this.times);
    if (phase === "importing" && this.phase !== "importing") this.useImport.begin(now);
    this.phase = phase;
    this.row = wrote;
    if (phase === "importing") this.useImport.resume(this.store, this.grants.holder);
    this.resolveWaiting();
    const { shares, store, redisReady } = this.announcement(now);
    const isNews = wrote.shares !== shares || wrote.store !== store || wrote.redisReady !== redisReady;
    return (
      isNews || phase === "withdrawing" || phase === "importing" || (phase === "sharing" && !this.isAgreed)
    );
  }

  /** Forgets limits whose uses no longer count. */
  async forgetIdle(): Promise<void> {
    for (const held of [this.held.postgres, this.held.redis]) held?.forgetIdle();
    // In Redis they expire.
    await this.stores.postgres.sweep();
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    for (const name of ["postgres", "redis"] as const) {
      await this.held[name]?.release();
      this.stores[name]?.close();
    }
  }

  private get isAgreed(): boolean {
    return this.othersAlone === 0 && this.agreedOn === this.current;
  }

  private announcement(now = performance.now()): LimitAnnouncement {
    const { redis, current } = this;
    const isThere = current === "redis" && !this.isReturning;
    const redisReady = redis !== null && (isThere ? redis.isReachable : redis.mayReturn(now));
    return { shares: this.phase === "sharing", store: current, redisReady };
  }

  private tick(): void {
    void this.held.postgres.sweep();
    void this.held.redis?.sweep();
    void this.redis?.ping();
  }

  private redisLost(): void {
    if (this.current !== "redis") return;
    this.switchStore("postgres", performance.now());
    this.emit("change");
  }

  /** Switches to another store, and gives back all grants of the old one. */
  private switchStore(target: keyof LimitStores, now: number): void {
    void this.grants.release();
    this.current = target;
    this.isReturning = target === "redis";
    this.log.info({ store: target }, "switching rate limits to another store");
    if (this.phase === "alone") return;
    this.phase = "importing";
    this.useImport.begin(now);
    this.useImport.resume(this.store, this.grants.holder);
  }

  /** While the import runs, no instance takes grants. After a failure, the next renewal resumes it. */
  private importEnded(error: Error | null): void {
    if (error) {
      if (!this.hasWarned)
        this.log.warn(
          { error: error.message },
          "writing the uses of the last window into the store of shared rate limits failed and is tried again; see whether Redis (REDIS_URL) or the database is reachable",
        );
      this.hasWarned = true;
      if (this.current === "redis") this.redis?.markUnreachable();
      return;
    }
    this.phase = "sharing";
    this.hasWarned = false;
    this.resolveWaiting();
    this.emit("change");
  }

  private resolveWaiting(): void {
    if (!this.isOpen() && !this.isAlone) return;
    for (const wake of this.waiting) wake();
    this.waiting.clear();
  }
}
