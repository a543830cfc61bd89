import { EventEmitter } from "node:events";
import type { Logger } from "pino";
import { AppError } from "@/lib/contracts/app-error";
import { type Clocks, isLive, readClocks } from "../leases/lease";
import type { LimitAnnouncement, OtherInstances } from "../leases/lease-store";
import type { GrantStore, LimitStores, LimitTimes } from "./grant-store";
import { HeldGrants } from "./held-grants";
import { RedisWatch } from "./redis-watch";
import type { Limit, SlidingWindow } from "./sliding-window";
import { UseImport } from "./use-import";

const sweepMs = 250;

/**
 * Whether this instance limits from its own memory, as it does alone, or by grants from a store, and from which one.
 *
 * Alone: of two instances none allows from memory alone while the other allows anything, for each first says in its row that it
 * means to be alone, and only a later renewal, which sees no other, makes it so: the later of two always sees the row of the other.
 *
 * Redis or PostgreSQL: Redis while every live instance may count there, otherwise PostgreSQL. To change over, an instance ends its
 * grants, enters its uses of the last window into the other store, and says so in its row. It takes grants there only after a
 * later renewal saw the same store in all other rows. For the same reason as above no two instances use different stores at once.
 */
export class LimitSharing extends EventEmitter<{ change: [] }> {
  /** `alone` limits from memory; `withdrawing` has said so in its row and still goes by grants; `entering` goes back to them. */
  private phase: "sharing" | "withdrawing" | "alone" | "entering" = "sharing";
  private current: keyof LimitStores = "postgres";
  private instances = 1;
  private othersAlone = 0;
  private isFirst = true;
  /** What our row said before the renewal that was sent last; null where it isn't known. */
  private row: LimitAnnouncement | null = null;
  /** The store in all rows, ours included, as the last renewal saw them; null where they differ. */
  private agreedOn: keyof LimitStores | null = null;
  /** Until when what the last renewal saw can be relied on. */
  private readonly observation = { until: { mono: 0, wall: 0 } };
  /** On the way back to Redis, until all have come. */
  private isReturning = false;
  /** Since when no other was seen, on our monotonic clock. */
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
    this.timer = setInterval(() => this.tick(), sweepMs);
    this.timer.unref();
  }

  /** Before the first renewal. */
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

  /** What is to be written into this instance's row. From now on the row may say it. */
  announce(): LimitAnnouncement {
    const standing = this.announcement();
    if (standing.store !== this.agreedOn) this.agreedOn = null;
    if (standing.store !== this.row?.store) this.row = null;
    return standing;
  }

  /** @param wrote What a new row says. */
  rowCreated(wrote: LimitAnnouncement): void {
    this.row = wrote;
    this.agreedOn = null;
  }

  /** Whether grants may be taken: nobody, this instance neither, has uses that the store does not know. */
  isOpen({ mono, wall } = readClocks()): boolean {
    return this.phase !== "entering" && this.isAgreed && isLive(this.observation, mono, wall);
  }

  /** Waits until grants may be taken, or memory decides. @throws AppError `unavailable` where neither comes until then. */
  waitUntilOpen(until: number): Promise<void> {
    if (this.isOpen() || this.isAlone) return Promise.resolve();
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
      }, until - performance.now());
      this.waiting.add(wake);
    });
  }

  /**
   * Asks for grants. Where Redis doesn't give them, PostgreSQL will: then it resolves without any.
   * @throws AppError `unavailable` where PostgreSQL can't be asked: never is more allowed because nobody counts.
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
   * Applies what a renewal saw, before its lease lets anybody decide.
   * @param wrote What it wrote into the row.
   * @param until Until when its lease lets decisions be made.
   * @returns Whether another renewal should follow at once.
   */
  applyRenewal(others: OtherInstances, wrote: LimitAnnouncement, now: number, until: Clocks): boolean {
    const isLone = others.ids.length === 0;
    this.instances = others.ids.length + 1;
    this.othersAlone = others.alone;
    this.observation.until = until;
    if (!isLone) this.aloneSince = null;
    // Before its first renewal it allowed nothing. What others allowed before it came is lost, as in any restart.
    else this.aloneSince ??= this.isFirst ? Number.NEGATIVE_INFINITY : now;
    this.isFirst = false;
    const elsewhere = wrote.store === "redis" ? others.inPostgres : others.inRedis;
    this.agreedOn = this.row?.store === wrote.store && elsewhere === 0 ? wrote.store : null;
    if (this.isAgreed && this.agreedOn === "redis") this.isReturning = false;
    this.redis?.observeInstances(others.ids, now);
    const target = others.withoutRedis === 0 && this.announcement(now).redisReady ? "redis" : "postgres";
    if (target !== this.current) this.switchStore(target, now);
    const phase = this.nextPhase(isLone, now);
    if (phase === "entering" && this.phase !== "entering") this.useImport.begin(now);
    this.phase = phase;
    this.row = wrote;
    if (phase === "entering") this.useImport.resume(this.store, this.grants.holder);
    this.resolveWaiting();
    const { shares, store, redisReady } = this.announcement(now);
    const isNews = wrote.shares !== shares || wrote.store !== store || wrote.redisReady !== redisReady;
    return (
      isNews || phase === "withdrawing" || phase === "entering" || (phase === "sharing" && !this.isAgreed)
    );
  }

  /** Forgets limits of which nothing counts any more. */
  async forgetIdle(): Promise<void> {
    for (const held of [this.held.postgres, this.held.redis]) held?.forgetIdle();
    // Redis lets go of them by itself.
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

  /** Changes over to another store. What is held of grants ends. */
  private switchStore(target: keyof LimitStores, now: number): void {
    void this.grants.release();
    this.current = target;
    this.isReturning = target === "redis";
    this.log.info({ store: target }, "rate limits change over to another store");
    if (this.phase === "alone") return;
    this.phase = "entering";
    this.useImport.begin(now);
    this.useImport.resume(this.store, this.grants.holder);
  }

  private nextPhase(isLone: boolean, now: number): typeof this.phase {
    if (this.phase === "alone") return isLone ? "alone" : "entering";
    if (this.phase === "entering") return "entering";
    if (!isLone) return "sharing";
    if (this.phase === "withdrawing") return this.row?.shares === false ? "alone" : "withdrawing";
    // From then on every use in the window is one of ours, and memory knows it.
    const isOver = now - (this.aloneSince as number) >= this.times.windowMs + this.times.grantMs;
    return isOver ? "withdrawing" : "sharing";
  }

  /** Until uses are entered nobody takes grants. Goes on with the next renewal where it fails. */
  private importEnded(error: Error | null): void {
    if (error) {
      if (!this.hasWarned)
        this.log.warn({ error: error.message }, "uses of the last window could not be shared");
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
