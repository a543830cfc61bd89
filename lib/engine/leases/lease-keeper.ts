import { randomUUID } from "node:crypto";
import type { Logger } from "pino";
import { AppError } from "@/lib/contracts/app-error";
import {
  applyReply,
  type Clocks,
  type Invalidation,
  invalidationsRead,
  isLive,
  joinedLease,
  type Lease,
  type LeaseTimes,
  leaseTimes,
} from "./lease";
import type { HashListener, SharedLimits } from "./lease-listeners";
import type { LeaseConnection, LeaseStore, LimitAnnouncement } from "./lease-store";

/** How long a request waits for a lease at most. */
const requestWaitMs = 250;
/** The pause before a renewal that only acknowledges changes, so that simultaneous revocations share one renewal. */
const acknowledgePauseMs = 3;
/** The pause between renewals while instances agree on how to share limits. */
const agreementPauseMs = 20;
const cleanUpMs = 5000;
const staleWarningMs = 10_000;

const sharesWithoutRedis: LimitAnnouncement = { shares: true, store: "postgres", redisReady: false };

/**
 * Holds this instance's lease. It joins, renews twice a second on a dedicated connection, renews early when something changed,
 * and acknowledges what it has applied. When the store doesn't answer, the lease expires by itself.
 */
export class LeaseKeeper {
  lease: Lease | null = null;
  /** Called when everything in memory may be out of date, key formats included. */
  onAllChanged: () => void = () => {};
  private id = "";
  private renewals = 0;
  private connection: LeaseConnection | null = null;
  private renewing: Promise<void> | null = null;
  private next: NodeJS.Timeout | null = null;
  private cleanUpTimer: NodeJS.Timeout | null = null;
  private renewAgain = false;
  private warnedOfStaleAt = Number.NEGATIVE_INFINITY;
  private isAgreeingOnLimits = false;
  /** What our row says about limits. Null when we don't know. */
  private announced: LimitAnnouncement | null = null;
  private stopped = true;
  /** The database's timeline, and since when this process has known it. */
  private known = { timeline: "", since: 0 };

  constructor(
    private readonly store: LeaseStore,
    private readonly log: Logger,
    readonly times: LeaseTimes = leaseTimes,
    private readonly limits: SharedLimits | null = null,
    private readonly hashes: HashListener | null = null,
  ) {
    limits?.on("change", () => this.renewAtOnce());
  }

  /** Whether memory may decide now, because the database answered within the last two seconds. */
  get holdsLease(): boolean {
    return this.lease !== null && isLive(this.lease, performance.now(), Date.now());
  }

  /** @param staleMs How long ago the lease ended. */
  warnOfStale(staleMs: number): void {
    const now = performance.now();
    if (now < this.warnedOfStaleAt + staleWarningMs) return;
    this.warnedOfStaleAt = now;
    this.log.warn(
      { staleSeconds: staleMs / 1000 },
      "the database does not answer, so decisions use stale data for up to STALE_VERDICT_SECONDS; see whether it runs and accepts connections",
    );
  }

  get instanceId(): string | null {
    return this.lease ? this.id : null;
  }

  /** Since when, on our monotonic clock, we have known that the database follows this timeline. Undefined for another timeline. */
  knownSince(timeline: string): number | undefined {
    return this.known.timeline === timeline ? this.known.since : undefined;
  }

  /** Resolves when the lease is held. @throws when the database can't be reached. */
  async start(): Promise<void> {
    this.stopped = false;
    await this.limits?.start();
    await this.renew();
    // At most three renewals: the third tells whether this instance is the only one.
    for (let more = 0; more < 2 && this.holdsLease && this.isAgreeingOnLimits; more += 1) await this.renew();
    if (!this.holdsLease) throw new Error("the database granted no lease");
    this.cleanUpTimer = setInterval(() => void this.cleanUp(), cleanUpMs);
    this.cleanUpTimer.unref();
  }

  /** Ends the lease and removes our row, so that no revocation waits for this instance. No decision may be in progress. */
  async stop(): Promise<void> {
    this.stopped = true;
    if (this.next) clearTimeout(this.next);
    if (this.cleanUpTimer) clearInterval(this.cleanUpTimer);
    await this.renewing;
    this.lease = null;
    try {
      await this.connection?.leave(this.id);
    } catch (error) {
      this.log.warn(
        { error: (error as Error).message },
        "removing the row of this instance failed; the other instances remove it. If that repeats, see whether the database is reachable",
      );
    }
    this.disconnect();
  }

  /** @throws AppError `unavailable` when we get no lease within a quarter of a second. */
  async ensureLease(): Promise<void> {
    if (this.holdsLease) return;
    const deadline = AbortSignal.timeout(requestWaitMs);
    const timedOut = new Promise<void>((resolve) =>
      deadline.addEventListener("abort", () => resolve(), { once: true }),
    );
    // The renewal in flight may have been sent too long ago to grant a lease, so a second one may be needed.
    for (let attempt = 0; attempt < 2 && !deadline.aborted && !this.holdsLease; attempt += 1)
      await Promise.race([this.renew(), timedOut]);
    if (!this.holdsLease) throw new AppError("unavailable", undefined, { retryAfterSeconds: 1 });
  }

  /** Applies all changes up to an epoch, so that a change made by this process need not wait for its own acknowledgment. */
  async apply(change: { epoch: number; timeline: string }): Promise<boolean> {
    const isApplied = () => this.lease?.timeline === change.timeline && this.lease.applied >= change.epoch;
    for (let attempt = 0; attempt < 3 && !isApplied(); attempt += 1) await this.renew();
    return isApplied();
  }

  /** Renewals run one at a time; concurrent callers share one. Never rejects. */
  private renew(): Promise<void> {
    this.renewing ??= this.renewOnce()
      .catch((error: Error) => {
        this.log.warn(
          { error: error.message },
          "renewing the lease failed and is tried again; see whether the database is reachable. Without a lease decisions are 503 after two seconds",
        );
        this.disconnect();
        return this.times.periodMs;
      })
      .then((pauseMs) => {
        this.renewing = null;
        if (this.stopped) return;
        if (this.next) clearTimeout(this.next);
        this.next = setTimeout(() => void this.renew(), this.renewAgain ? 0 : pauseMs);
        this.renewAgain = false;
        this.next.unref();
      });
    return this.renewing;
  }

  /** @returns The pause before the next renewal, in milliseconds. */
  private async renewOnce(): Promise<number> {
    if (this.stopped) return 0;
    this.connection ??= await this.connect();
    if (!this.lease) await this.join(this.connection);
    const lease = this.lease as unknown as Lease;
    this.renewals += 1;
    // Read the clocks before sending: the lease counts from then.
    const sent = { mono: performance.now(), wall: Date.now() };
    const limits = this.limits?.announce() ?? sharesWithoutRedis;
    const wakesOthers = JSON.stringify(limits) !== JSON.stringify(this.announced);
    this.announced = null;
    const reply = await this.connection.renew({
      id: this.id,
      number: this.renewals,
      applied: lease.applied,
      timeline: lease.timeline,
      knownMs: this.knownMs(lease.timeline),
      limits,
      wakesOthers,
    });
    this.announced = limits;
    // Do this before extending the lease: an instance that isn't the only one any more must not allow from memory alone.
    this.isAgreeingOnLimits =
      reply.held &&
      (this.limits?.applyRenewal(reply, limits, performance.now(), this.decidesUntil(sent)) ?? false);
    const isCut = reply.invalidations.length > invalidationsRead || lease.applied < reply.prunedTo;
    const outcome = applyReply(lease, reply, sent, performance.now(), this.times);
    this.notifyHashes(reply.invalidations, isCut || outcome === "rejoin");
    if (this.holdsLease) this.hashes?.keepComplete();
    if (isCut || outcome === "rejoin" || reply.invalidations.some(({ scope }) => scope === "all"))
      this.onAllChanged();
    if (outcome === "rejoin") {
      this.lease = null;
      return 0;
    }
    if (outcome === "advanced") return acknowledgePauseMs;
    return this.isAgreeingOnLimits ? agreementPauseMs : this.times.periodMs;
  }

  private notifyHashes(invalidations: Invalidation[], isIncomplete: boolean): void {
    if (isIncomplete) this.hashes?.forget();
    else for (const { scope, id } of invalidations) if (scope === "hash") this.hashes?.add(id);
  }

  private renewAtOnce(): void {
    if (this.stopped) return;
    // The renewal in flight may have been sent before the change, so another must follow.
    if (this.renewing) this.renewAgain = true;
    else void this.renew();
  }

  /** Until when a renewal sent at `sent` allows decisions, stale ones included. */
  private decidesUntil({ mono, wall }: Clocks): Clocks {
    const { leaseMs, staleMs = 0 } = this.times;
    return { mono: mono + leaseMs + staleMs, wall: wall + leaseMs + staleMs };
  }

  private knownMs(timeline: string): number {
    const since = this.knownSince(timeline);
    return since === undefined ? 0 : Math.floor(performance.now() - since);
  }

  private async connect(): Promise<LeaseConnection> {
    let connection: LeaseConnection | null = null;
    const lost = () => {
      if (connection !== null && this.connection === connection) this.disconnect();
    };
    connection = await this.store.connect(() => this.renewAtOnce(), lost);
    return connection;
  }

  private disconnect(): void {
    this.connection?.close();
    this.connection = null;
  }

  /** Adds a new row under a new id, so that an old lease of this process can't be mistaken for one of the new row. */
  private async join(connection: LeaseConnection): Promise<void> {
    const id = randomUUID();
    const limits = this.limits?.announce() ?? sharesWithoutRedis;
    const { leaseMs, staleMs = 0 } = this.times;
    const { timeline } = await connection.join({ id, leaseMs, staleMs, limits });
    this.announced = limits;
    this.limits?.rowCreated(limits);
    this.id = id;
    this.renewals = 0;
    this.lease = joinedLease(timeline);
    if (this.known.timeline === timeline) return;
    const knownBeforeMs = this.known.timeline === "" ? (this.times.knownBeforeMs ?? 0) : 0;
    this.known = { timeline, since: performance.now() - knownBeforeMs };
  }

  private async cleanUp(): Promise<void> {
    try {
      await this.connection?.cleanUp(this.id);
    } catch (error) {
      this.log.warn(
        { error: (error as Error).message },
        "removing the rows of dead instances failed and is tried again; if that repeats, see whether the database is reachable",
      );
    }
  }
}
