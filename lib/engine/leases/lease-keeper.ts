import { randomUUID } from "node:crypto";
import type { Logger } from "pino";
import { AppError } from "@/lib/contracts/app-error";
import type { KnownHashes } from "../keys/known-hashes";
import type { LimitSharing } from "../limits/limit-sharing";
import type { LimitStanding, Others } from "../limits/limit-standing";
import { BoundedClient, type ClientConfig } from "../postgres/client";
import { joinStatement, pruneStatement, renewalStatement } from "../postgres/lease-statements";
import {
  applyReply,
  type Clocks,
  type Invalidation,
  invalidationsRead,
  isLive,
  joinedLease,
  type Lease,
  type LeaseTimes,
  leaseOverAfter,
  leaseTimes,
  type RenewalReply,
} from "./lease";

/** Longest a request waits for a lease, and anything on the lease's connection for its answer. */
const requestWaitMilliseconds = 250;
const renewalTimeoutMilliseconds = 2000;
/** Renewals that only acknowledge keep this distance, so that any number of revocations at once share one. */
const acknowledgeMilliseconds = 3;
/** Renewals by which instances come to share limits. */
const sharingMilliseconds = 20;
const upkeepMilliseconds = 5000;
const staleWarningMilliseconds = 10_000;

const sharesWithoutRedis: LimitStanding = { shares: true, store: "postgres", redisReady: false };

/**
 * Holds this instance's lease: joins, renews twice a second on a connection of its own, wakes when something changed, and
 * acknowledges at once what it has applied. Without an answer the lease ends by itself.
 */
export class LeaseKeeper {
  lease: Lease | null = null;
  private id = "";
  private renewals = 0;
  private client: BoundedClient | null = null;
  private renewing: Promise<void> | null = null;
  private again: NodeJS.Timeout | null = null;
  private upkeepTimer: NodeJS.Timeout | null = null;
  private readonly standing = new Map<string, { renewal: number; since: number }>();
  private woken = false;
  private warnedOfStale = Number.NEGATIVE_INFINITY;
  private isSettling = false;
  /** What our row says of limits. */
  private limitStanding: LimitStanding | null = null;
  private stopped = true;
  /** Since when this process knows that the database leads the life it leads. */
  private known = { incarnation: "", since: 0 };

  constructor(
    private readonly config: ClientConfig,
    private readonly log: Logger,
    readonly times: LeaseTimes = leaseTimes,
    private readonly limits: LimitSharing | null = null,
    private readonly knownHashes: KnownHashes | null = null,
  ) {
    limits?.on("change", () => this.renewAtOnce());
  }

  /** Whether memory may decide at this moment: that the database answered within the last two seconds. */
  get holdsLease(): boolean {
    return this.isLive();
  }

  /** @param staleMs How long ago the lease ended by which a decision is made all the same. */
  warnOfStale(staleMs: number): void {
    const now = performance.now();
    if (now < this.warnedOfStale + staleWarningMilliseconds) return;
    this.warnedOfStale = now;
    this.log.warn(
      { staleSeconds: staleMs / 1000 },
      "keys are decided by what was known before the database went away",
    );
  }

  get instanceId(): string | null {
    return this.lease ? this.id : null;
  }

  /** Since when, on our monotonic clock, the database is known to lead this life and no other; undefined where it is not. */
  knownSince(incarnation: string): number | undefined {
    return this.known.incarnation === incarnation ? this.known.since : undefined;
  }

  private knownMs(incarnation: string): number {
    const since = this.knownSince(incarnation);
    return since === undefined ? 0 : Math.floor(performance.now() - since);
  }

  /** Resolves with a lease. @throws where the database cannot be reached. */
  async start(): Promise<void> {
    this.stopped = false;
    await this.limits?.start();
    await this.renew();
    // Three times at most: whether it is alone shows in the third.
    for (let more = 0; more < 2 && this.isLive() && this.isSettling; more += 1) await this.renew();
    if (!this.isLive()) throw new Error("no lease could be had from the database");
    this.upkeepTimer = setInterval(() => void this.upkeep(), upkeepMilliseconds);
    this.upkeepTimer.unref();
  }

  /** Gives the lease up, then the row: from then on no revocation waits for this instance. Decisions must be over. */
  async stop(): Promise<void> {
    this.stopped = true;
    if (this.again) clearTimeout(this.again);
    if (this.upkeepTimer) clearInterval(this.upkeepTimer);
    await this.renewing;
    this.lease = null;
    try {
      if (this.client) await this.client.query("DELETE FROM decisions.instances WHERE id = $1", [this.id]);
    } catch (error) {
      this.log.warn({ error: (error as Error).message }, "this instance could not say goodbye");
    }
    this.disconnect();
  }

  /** @throws AppError `unavailable` where no lease could be had in a quarter of a second. */
  async ensureLease(): Promise<void> {
    if (this.isLive()) return;
    const patience = AbortSignal.timeout(requestWaitMilliseconds);
    const over = new Promise<void>((resolve) =>
      patience.addEventListener("abort", () => resolve(), { once: true }),
    );
    // A renewal under way may have been sent too long ago to grant anything any more: then one more.
    for (let attempt = 0; attempt < 2 && !patience.aborted && !this.isLive(); attempt += 1)
      await Promise.race([this.renew(), over]);
    if (!this.isLive()) throw new AppError("unavailable", undefined, { retryAfterSeconds: 1 });
  }

  /** Applies everything up to an epoch here: the revoker's own instance needs no row to wait for. */
  async apply(change: { epoch: number; incarnation: string }): Promise<boolean> {
    const isApplied = () =>
      this.lease?.incarnation === change.incarnation && this.lease.applied >= change.epoch;
    for (let attempt = 0; attempt < 3 && !isApplied(); attempt += 1) await this.renew();
    return isApplied();
  }

  private isLive(): boolean {
    return this.lease !== null && isLive(this.lease, performance.now(), Date.now());
  }

  /** One at a time; whoever asks meanwhile shares it. Never rejects. */
  private renew(): Promise<void> {
    this.renewing ??= this.renewOnce()
      .catch((error: Error) => {
        this.log.warn({ error: error.message }, "the lease could not be renewed");
        this.disconnect();
        return this.times.periodMs;
      })
      .then((next) => {
        this.renewing = null;
        if (this.stopped) return;
        if (this.again) clearTimeout(this.again);
        this.again = setTimeout(() => void this.renew(), this.woken ? 0 : next);
        this.woken = false;
        this.again.unref();
      });
    return this.renewing;
  }

  /** @returns When to renew next, in milliseconds. */
  private async renewOnce(): Promise<number> {
    if (this.stopped) return 0;
    this.client ??= await this.connect();
    if (!this.lease) await this.join(this.client);
    const lease = this.lease as unknown as Lease;
    this.renewals += 1;
    // Before the query is handed to the driver: a lease counts from before it was asked for.
    const sent = { mono: performance.now(), wall: Date.now() };
    const standing = this.limits?.announce() ?? sharesWithoutRedis;
    const isNews = JSON.stringify(standing) !== JSON.stringify(this.limitStanding);
    this.limitStanding = null;
    const { rows } = await this.client.query<RenewalReply & { invalidations: Invalidation[] } & Others>(
      renewalStatement,
      [
        this.id,
        this.renewals,
        lease.applied,
        lease.incarnation,
        standing.shares,
        this.knownMs(lease.incarnation),
        standing.store,
        standing.redisReady,
        isNews,
      ],
    );
    const reply = rows[0] as RenewalReply & Others;
    this.limitStanding = standing;
    // Before the lease is longer: whoever is not alone any more must not allow anything from memory alone.
    this.isSettling =
      reply.held && (this.limits?.seen(reply, standing, performance.now(), this.decidesUntil(sent)) ?? false);
    const isCut = reply.invalidations.length > invalidationsRead || lease.applied < reply.prunedTo;
    const outcome = applyReply(lease, reply, sent, performance.now(), this.times);
    if (isCut || outcome === "rejoin") this.knownHashes?.forget();
    else for (const { scope, id } of reply.invalidations) if (scope === "hash") this.knownHashes?.add(id);
    if (outcome === "rejoin") {
      this.lease = null;
      return 0;
    }
    if (this.isLive()) this.knownHashes?.keepComplete();
    if (outcome === "advanced") return acknowledgeMilliseconds;
    return this.isSettling ? sharingMilliseconds : this.times.periodMs;
  }

  private renewAtOnce(): void {
    if (this.stopped) return;
    // A renewal under way may have been sent before the change: one more has to follow it.
    if (this.renewing) this.woken = true;
    else void this.renew();
  }

  /** Until when the renewal that was sent then lets decisions be made, stale ones included. */
  private decidesUntil({ mono, wall }: Clocks): Clocks {
    const { leaseMs, staleMs = 0 } = this.times;
    return { mono: mono + leaseMs + staleMs, wall: wall + leaseMs + staleMs };
  }

  private async connect(): Promise<BoundedClient> {
    // Never cancelled by the server: only we stop waiting, and then the connection is given up with its outcome unknown.
    const client = new BoundedClient({
      ...this.config,
      statement_timeout: 0,
      query_timeout: renewalTimeoutMilliseconds,
      application_name: "keyward lease",
    });
    client.on("error", () => this.disconnect(client));
    try {
      await client.connect();
      // An acknowledgement that a crash could take back would be none.
      await client.query("SET synchronous_commit = on");
      client.on("notification", () => this.renewAtOnce());
      await client.query("LISTEN keyward_invalidation");
      return client;
    } catch (error) {
      void client.end().catch(() => {});
      throw error;
    }
  }

  private disconnect(client = this.client): void {
    if (!client || client !== this.client) return;
    this.client = null;
    client.removeAllListeners("notification");
    void client.end().catch(() => {});
  }

  /** A new row under a new name: an old lease of this process can never be taken for one of this row. */
  private async join(client: BoundedClient): Promise<void> {
    const id = randomUUID();
    const standing = this.limits?.announce() ?? sharesWithoutRedis;
    const { rows } = await client.query<{ incarnation: string }>(joinStatement, [
      id,
      this.times.leaseMs,
      standing.shares,
      this.times.staleMs ?? 0,
      standing.store,
      standing.redisReady,
    ]);
    this.limitStanding = standing;
    this.limits?.joined(standing);
    this.id = id;
    this.renewals = 0;
    const { incarnation } = rows[0] as { incarnation: string };
    this.lease = joinedLease(incarnation);
    if (this.known.incarnation === incarnation) return;
    const knownBeforeMs = this.known.incarnation === "" ? (this.times.knownBeforeMs ?? 0) : 0;
    this.known = { incarnation, since: performance.now() - knownBeforeMs };
  }

  /** Takes away rows that stood still for longer than any lease of theirs, and what of the log nobody needs. */
  private async upkeep(): Promise<void> {
    try {
      if (!this.client) return;
      const { rows } = await this.client.query<{ id: string; renewal: number; lease_ms: number }>(
        "SELECT id, renewal, lease_ms FROM decisions.instances",
      );
      const now = performance.now();
      const present = new Set(rows.map(({ id }) => id));
      for (const id of this.standing.keys()) if (!present.has(id)) this.standing.delete(id);
      for (const row of rows) {
        const seen = this.standing.get(row.id);
        // Watched from when it was read here: its age before that is nobody's clock to judge.
        if (seen?.renewal !== row.renewal) this.standing.set(row.id, { renewal: row.renewal, since: now });
        else if (row.id !== this.id && now - seen.since >= leaseOverAfter(row.lease_ms))
          await this.client.query("DELETE FROM decisions.instances WHERE id = $1 AND renewal = $2", [
            row.id,
            seen.renewal,
          ]);
      }
      await this.client.query(pruneStatement);
    } catch (error) {
      this.log.warn({ error: (error as Error).message }, "instances that are gone could not be looked for");
    }
  }
}
