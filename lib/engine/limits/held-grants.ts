import { randomBytes } from "node:crypto";
import type { Logger } from "pino";
import { AppError } from "@/lib/contracts/app-error";
import { type Clocks, readClocks } from "../leases/lease";
import type { GrantReply, GrantStore, LimitTimes } from "./grant-store";
import type { Limit, WindowState } from "./sliding-window";
import { type Grant, isValid, UnusedGrants } from "./unused-grants";
import { withTimeout } from "./with-timeout";

/** What this instance knows of one limit. Moments are of its monotonic clock. */
type HeldLimit = {
  /** Oldest first; kept for a while after they ended, because a use of one may yet be given back. */
  grants: Grant[];
  /** What the store had left, and when it told. */
  remaining: number;
  repliedAt: number;
  nextAt: number;
  fullAt: number;
  refusedUntil: number;
  asking: Promise<void> | null;
  /** Requests that wait for a use. */
  wanted: number;
};

const nothingKnown = {
  remaining: 0,
  repliedAt: Number.NEGATIVE_INFINITY,
  nextAt: 0,
  fullAt: 0,
  refusedUntil: 0,
  asking: null,
  wanted: 0,
};

/** A decision that does not stand gives its use back within this time. */
const keptMs = 10_000;
/** Longest that a refusal is believed: others may have given back what they did not use. */
const refusedMs = 1000;

/**
 * The grants that one instance holds. A grant is good on both clocks of this process from before it was asked for: the
 * monotonic one stands still while a machine sleeps. While it is good and not used up, nobody is asked.
 */
export class HeldGrants {
  /** Names of grants begin with it. */
  readonly holder = randomBytes(6).toString("hex");
  private readonly held = new Map<string, HeldLimit>();
  /** In the order in which they were granted, hence in which they end. */
  private readonly activeGrants: Grant[] = [];
  private readonly endedGrants: Grant[] = [];
  private readonly unused: UnusedGrants;
  private grantCount = 0;
  /** How often everything was released. */
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

  /** Takes a use of all of the limits, or says that one of them refuses; null where the store has to be asked first. */
  tryTake(limits: readonly Limit[], now = this.clocks()): boolean | null {
    let isKnown = true;
    for (const { id } of limits) {
      if (this.validGrant(id, now)) continue;
      if (now.mono < (this.held.get(id)?.refusedUntil ?? 0)) return false;
      isKnown = false;
    }
    if (!isKnown) return null;
    for (const { id } of limits) (this.validGrant(id, now) as Grant).used += 1;
    return true;
  }

  /**
   * Waits until what tryTake lacked was granted or refused, to this request or to another that wants the same.
   * @throws AppError `unavailable` where the store cannot be asked: never is more allowed because nobody counts.
   */
  async obtain(workspaceId: string, limits: readonly Limit[], instances: number): Promise<void> {
    const now = this.clocks();
    const missing = limits.filter(({ id }) => !this.validGrant(id, now));
    const underWay = missing.map(({ id }) => this.held.get(id)?.asking).find(Boolean);
    if (underWay) return underWay;
    const asking = this.ask(workspaceId, missing, instances, now);
    for (const { id } of missing) this.entry(id).asking = asking;
    try {
      await asking;
    } finally {
      for (const { id } of missing) this.entry(id).asking = null;
    }
  }

  /** A request begins to wait for a use of each. */
  beginWait(limits: readonly Limit[]): void {
    for (const { id } of limits) this.entry(id).wanted += 1;
  }

  endWait(limits: readonly Limit[]): void {
    for (const { id } of limits) this.entry(id).wanted -= 1;
  }

  /**
   * Gives back a use that was taken at `usedAt`, to the oldest grant that it may have been taken of: what was used later is never
   * counted as earlier, so that no window can come to hold more than the limit.
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

  /** What is left as far as is known here: what is held, and what the store had when it was last asked. */
  state(id: string, now = this.clocks()): Pick<WindowState, "remaining" | "nextInMs" | "fullInMs"> | null {
    const held = this.held.get(id);
    if (!held || held.repliedAt + this.countedMs <= now.mono) return null;
    let remaining = held.remaining;
    for (const grant of held.grants) if (isValid(grant, now)) remaining += grant.count - grant.used;
    return { remaining, nextInMs: this.waitMs(held.nextAt, now), fullInMs: this.waitMs(held.fullAt, now) };
  }

  /** Returns what ended unused, and forgets what nobody asks for any more. */
  async sweep(): Promise<void> {
    const now = this.clocks();
    while (this.activeGrants[0] && !isValid(this.activeGrants[0], now))
      this.end(this.activeGrants.shift() as Grant);
    while (this.endedGrants[0] && this.endedGrants[0].until.mono + keptMs <= now.mono)
      this.forget(this.endedGrants.shift() as Grant);
    await this.unused.giveBackAll();
  }

  /** Forgets limits of which nothing is held and nothing known any more, so that memory follows what is in use. */
  forgetIdle(): void {
    const { mono } = this.clocks();
    for (const [id, { grants, wanted, repliedAt }] of this.held)
      if (grants.length === 0 && wanted === 0 && repliedAt + this.countedMs <= mono) this.held.delete(id);
  }

  /** Returns everything, and what is being granted as well: this instance stops, or another store counts from now on. */
  async release(): Promise<void> {
    this.releases += 1;
    for (const held of this.held.values()) {
      held.refusedUntil = 0;
      held.repliedAt = Number.NEGATIVE_INFINITY;
    }
    for (const grant of this.activeGrants.splice(0)) this.end(grant);
    await this.unused.giveBackAll();
  }

  /** Never longer than the store counts a grant: `now` may have been read before the store was asked. */
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
      if (releases !== this.releases) throw new Error("it was asked before everything was released");
      asks.forEach(({ id, grant }, index) => {
        const reply = replies[index] as GrantReply;
        this.learn(this.entry(id), reply, sent);
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
      // It may have granted them all the same.
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

  /** Once a second: while the store is away, every request finds it so. */
  private warn({ message }: Error): void {
    if (performance.now() < this.warnedAt + 1000) return;
    this.warnedAt = performance.now();
    this.log.warn({ error: message }, "the store of shared limits could not be asked");
  }

  private learn(held: HeldLimit, { granted, remaining, nextMs, fullMs }: GrantReply, sent: Clocks): void {
    const { mono } = this.clocks();
    held.remaining = remaining;
    held.repliedAt = mono;
    // Counted from now rather than from when it was asked: who waits until then is not too early by the store's clock.
    held.nextAt = mono + nextMs;
    held.fullAt = mono + fullMs;
    held.refusedUntil = granted === 0 && nextMs > 0 ? Math.min(held.nextAt, sent.mono + refusedMs) : 0;
  }

  private hold(grant: Grant): void {
    this.entry(grant.id).grants.push(grant);
    this.activeGrants.push(grant);
  }

  private validGrant(id: string, now: Clocks): Grant | undefined {
    const grants = this.held.get(id)?.grants;
    if (!grants) return undefined;
    // The newest first: older ones are mostly used up.
    for (let index = grants.length - 1; index >= 0; index -= 1) {
      const grant = grants[index] as Grant;
      if (grant.used < grant.count && isValid(grant, now)) return grant;
    }
    return undefined;
  }

  private entry(id: string): HeldLimit {
    let held = this.held.get(id);
    if (!held) {
      held = { ...nothingKnown, grants: [] };
      this.held.set(id, held);
    }
    return held;
  }

  private nextGrantName(): string {
    this.grantCount += 1;
    return `${this.holder}:${this.grantCount.toString(36)}`;
  }

  private end(grant: Grant): void {
    // It is over before the store hears of it, on these clocks as well.
    grant.until = { mono: Math.min(grant.until.mono, this.clocks().mono), wall: 0 };
    if (grant.used < grant.count) this.unused.add(grant);
    this.endedGrants.push(grant);
  }

  private forget(grant: Grant): void {
    const held = this.held.get(grant.id);
    if (held) held.grants = held.grants.filter((one) => one !== grant);
  }
}
