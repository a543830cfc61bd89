import type { Logger } from "pino";
import { KeyCache } from "./keys/key-cache";
import type { KeyFormats } from "./keys/key-format";
import { KnownHashes } from "./keys/known-hashes";
import { databaseTime, type LeaseTimes } from "./leases/lease";
import { LeaseKeeper } from "./leases/lease-keeper";
import { RejectionWatch } from "./leases/rejection-watch";
import { FailureLimiter } from "./limits/failure-limiter";
import { limitTimes } from "./limits/grant-store";
import { LimitSharing } from "./limits/limit-sharing";
import { SlidingWindow } from "./limits/sliding-window";
import { AccessLogWriter } from "./log/access-log-writer";
import type { SpoolSettings } from "./log/spool";
import { QuotaHolder } from "./quotas/quota-holder";
import type { Store } from "./store";

export type EngineSettings = {
  /** The rate limit of keys that have none of their own (RATE_LIMIT_PER_MINUTE). */
  requestsPerMinute: number;
  leaseTimes: LeaseTimes;
  spool: SpoolSettings;
};

/** The engine of one process. Only the access log's spool has to survive a crash; the rest is rebuilt. */
export type Engine = ReturnType<typeof createEngine>;

/**
 * Creates an engine. Call `accessLog.start` and `leaseKeeper.start` before `decide`.
 * @param keyFormats The formats of secrets in use. The process's logger masks secrets by the same object.
 */
export function createEngine(store: Store, keyFormats: KeyFormats, settings: EngineSettings, log: Logger) {
  const rateLimiter = new SlidingWindow(limitTimes.windowMs);
  const limitSharing = new LimitSharing(store.limits, rateLimiter, limitTimes, log);
  const knownHashes = new KnownHashes(store.keys, log);
  const leaseKeeper = new LeaseKeeper(store.leases, log, settings.leaseTimes, limitSharing, knownHashes);
  const accessLog = new AccessLogWriter(store.log, log, settings.spool, keyFormats);
  const rejections = new RejectionWatch(store.leases, leaseKeeper);
  // Quota blocks carry our log writer's id. After a crash, its log entries show how much of each block was used.
  const holder = () => accessLog.writerId;
  const databaseClock = () => leaseKeeper.lease && databaseTime(leaseKeeper.lease, performance.now());
  const quotas = new QuotaHolder(store.quotas, log, holder, databaseClock);
  return {
    requestsPerMinute: settings.requestsPerMinute,
    keyFormats,
    keyCache: new KeyCache(store.keys, leaseKeeper, log),
    knownHashes,
    leaseKeeper,
    rejections,
    rateLimiter,
    /** What report-only rate limits would have allowed, by this process only. */
    reportedUses: new SlidingWindow(limitTimes.windowMs),
    limitSharing,
    /** Counts requests with unknown keys, by client address. */
    failureLimiter: new FailureLimiter(),
    quotas,
    accessLog,
    /** Gives back unused grants and blocks. No decision may be in progress. Afterwards the engine no longer uses the store. */
    async stop(): Promise<void> {
      const results = await Promise.allSettled([limitSharing.stop(), quotas.stop(), rejections.stop()]);
      for (const result of results) if (result.status === "rejected") throw result.reason;
    },
  };
}
