import { randomBytes } from "node:crypto";
import type { Logger } from "pino";
import { AppError } from "@/lib/contracts/app-error";
import { type Clocks, readClocks } from "../leases/lease";
import type { GrantReply, GrantStore, LimitTimes } from "./grant-store";
import { type HeldLimit, learnReply, newHeldLimit, validGrant } from "./held-limit";
import type { Limit, WindowState } from "./sliding-window";
import { type Grant, isValid, UnusedGrants } from "./unused-grants";
import { withTimeout } from "./with-timeout";

/** A use can be given back within this time. */
const keptMs = 10_000;
/**
 * The grants that one instance holds. A valid grant with uses left spares a call to the store. A grant expires on whichever clock
 * of this process runs out first, because the monotonic clock may stop while the machine sleeps.
 */
export class HeldGrants {
  /** The prefix of this instance's grant names. */
  readonly holder = randomBytes(6).toString("hex");
  private readonly held = new Map<string, HeldLimit>();
  /** In the order in which they were granted, which is also the order in which they end. */
  private readonly activeGrants: Grant[] = [];
  private readonly endedGrants: Grant[] = [];
  private readonly unused: UnusedGrants;
  private grantCount = 0;
  /** Increases with each `release`. */
  private releases = 0;
  private warnedAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly store: GrantStore,
    private readonly times: LimitTimes,
    private readonly log: Logger,
    private readonly clocks: () => Clocks = readClocks,
  ) {
    this.unused = new UnusedGrants(store, times, clocks);
  }

  /** Takes one use of all limits. False when one of them is exhausted; null when the store has to be asked first. */
  tryTake(limits: readonly Limit[], now = this.clocks()): boolean | null {
    let isKnown = true;
    for (const { id } of limits) {
      if (validGrant(this.held.get(id), now)) continue;
      if (now.mono < (this.held.get(id)?.refusedUntil ?? 0)) return false;
      isKnown = false;
    }
    if (!isKnown) return null;
    for (const { id } of limits) (validGrant(this.held.get(id), now) as Grant).used += 1;
    return true;
  }

  /**
   * Waits until the store has granted or refused what tryTake lacked, to this request or to another one.
   * @throws AppError `unavailable` when the store doesn't answer. Without it nothing is allowed.
   */
  async obtain(workspaceId: string, limits: readonly Limit[], instances: number): Promise<void> {
    const now = this.clocks();
    const missing = limits.filter(({ id }) => !validGrant(this.held.get(id), now));
    const pending = missing.map(({ id }) => this.held.get(id)?.asking).find(Boolean);
    if (pending) return pending;
    const asking = this.ask(workspaceId, missing, instances, now);
    for (const { id } of missing) this.entry(id).asking = asking;
    try {
      await asking;
    } finally {
      for (const { id } of missing) this.entry(id).asking = null;
    }
  }

  /** Call it when a request starts to wait for a use of each limit, and `endWait` when it stops. */
  beginWait(limits: readonly Limit[]): void {
    for (const { id } of limits) this.entry(id).wanted += 1;
  }

  endWait(limits: readonly Limit[]): void {
    for (const { id } of limits) this.entry(id).wanted -= 1;
  }

  /**
   * Gives back a use that was taken at `usedAt`, to the oldest grant that it may have been taken from. A later use is then never
   * counted as an earlier one, so that no window can exceed the limit.
   */
  giveBack(id: string, usedAt: number): void {
    const grant = this.held
      .get(id)
      ?.grants.find(
        ({ used, askedAt }) => used > 0 && usedAt >= askedAt && usedAt < askedAt + this.times.grantMs,
      );
    if (!grant) return;
    grant.used -= 1;
    if (!isValid(grant, this.clocks())) this.unused.add(grant);
  }

  /** What is left as far as this instance knows: what it holds, and what the store had when it was last asked. */
  state(id: string, now = this.clocks()): Pick<WindowState, "remaining" | "nextInMs" | "fullInMs"> | null {
    const held = this.held.get(id);
    if (!held || held.repliedAt + this.countedMs <= now.mono) return null;
    let remaining = held.remaining;
    for (const grant of held.grants) if (isValid(grant, now)) remaining += grant.count - grant.used;
    return { remaining, nextInMs: this.waitMs(held.nextAt, now), fullInMs: this.waitMs(held.fullAt, now) };
  }

  /** Gives back what was not used of ended grants, and forgets old ones. */
  async sweep(): Promise<void> {
    const now = this.clocks();
    while (this.activeGrants[0] && !isValid(this.activeGrants[0], now))
      this.end(this.activeGrants.shift() as Grant);
    while (this.endedGrants[0] && this.endedGrants[0].until.mono + keptMs <= now.mono)
      this.forget(this.endedGrants.shift() as Grant);
    await this.unused.giveBackAll();
  }

  /** Forgets limits that have neither grants nor a recent reply, so that memory is bounded by what is in use. */
  forgetIdle(): void {
    const { mono } = this.clocks();
    for (const [id, { grants, wanted, repliedAt }] of this.held)
      if (grants.length === 0 && wanted === 0 && repliedAt + this.countedMs <= mono) this.held.delete(id);
  }

  /** Gives back everything, including grants in flight: this instance stops, or switches to another store. */
  async release(): Promise<void> {
    this.releases += 1;
    for (const held of this.held.values()) {
      held.refusedUntil = 0;
      held.repliedAt = Number.NEGATIVE_INFINITY;
    }
    for (const grant of this.activeGrants.splice(0)) this.end(grant);
    await this.unused.giveBackAll();
  }

  /** Capped, because `now` may have been read before the store was asked. */
  private waitMs(moment: number, now: Clocks): number {
    return Math.min(this.countedMs, Math.max(0, moment - now.mono));
  }

  private get countedMs(): number {
    return this.times.windowMs + this.times.grantMs;
  }

  private async ask(
    workspaceId: string,
    limits: readonly Limit[],
    instances: number,
    sent: Clocks,
  ): Promise<void> {
    const until = { mono: sent.mono + this.times.grantMs, wall: sent.wall + this.times.grantMs };
    const { releases } = this;
    const asks = limits.map(({ id, limit }) => ({
      id,
      limit,
      wanted: Math.max(1, this.entry(id).wanted),
      grant: this.nextGrantName(),
    }));
    try {
      const replies = await withTimeout(this.store.take(workspaceId, asks, instances), this.times.timeoutMs);
      if (releases !== this.releases) throw new Error("the grants were released in the meantime");
      asks.forEach(({ id, grant }, index) => {
        const reply = replies[index] as GrantReply;
        learnReply(this.entry(id), reply, sent.mono, this.clocks().mono);
        if (reply.granted > 0)
          this.hold({
            id,
            workspaceId,
            name: grant,
            count: reply.granted,
            used: 0,
            askedAt: sent.mono,
            until,
          });
      });
    } catch (error) {
      this.warn(error as Error);
      // The store may have granted them nevertheless, so give them back.
      for (const { id, grant } of asks)
        this.unused.add({ id, workspaceId, name: grant, count: 0, used: 0, askedAt: sent.mono, until });
      throw new AppError(
        "unavailable",
        "Shared rate limits cannot be checked right now. Try again shortly.",
        {
          retryAfterSeconds: 1,
        },
      );
    }
  }

  /** At most once a second, because every request fails while the store is down. */
  private warn({ message }: Error): void {
    if (performance.now() < this.warnedAt + 1000) return;
    this.warnedAt = performance.now();
    this.log.warn(
      { error: message },
      "the store of shared rate limits does not answer, so requests over the share of this instance are 503; see whether Redis (REDIS_URL) or the database is reachable",
    );
  }

  private hold(grant: Grant): void {
    this.entry(grant.id).grants.push(grant);
    this.activeGrants.push(grant);
  }

  private entry(id: string): HeldLimit {
    let held = this.held.get(id);
    if (!held) {
      held = newHeldLimit();
      this.held.set(id, held);
    }
    return held;
  }

  private nextGrantName(): string {
    this.grantCount += 1;
    return `${this.holder}:${this.grantCount.toString(36)}`;
  }

  private end(grant: Grant): void {
    // Invalidate the grant here before the store hears that its rest is free.
    grant.until = { mono: Math.min(grant.until.mono, this.clocks().mono), wall: 0 };
    if (grant.used < grant.count) this.unused.add(grant);
    this.endedGrants.push(grant);
  }

  private forget(grant: Grant): void {
    const held = this.held.get(grant.id);
    if (held) held.grants = held.grants.filter((one) => one !== grant);
  }
}
