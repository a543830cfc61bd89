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
import { AccessLogWriter, type SpoolSettings } from "./log/access-log-writer";
import { QuotaHolder } from "./quotas/quota-holder";
import type { Store } from "./store";

export type EngineSettings = {
  /** Requests a minute of a key without a limit of its own (RATE_LIMIT_PER_MINUTE). */
  requestsPerMinute: number;
  leaseTimes: LeaseTimes;
  spool: SpoolSettings;
};

/** What decides about keys in one process. It can lose all of it but the access log's spool. */
export type Engine = ReturnType<typeof createEngine>;

/**
 * Makes an engine that decides nothing yet: call `accessLog.start` and `leaseKeeper.start`, then `decide`.
 * @param keyFormats The formats of secrets in use; shared with whatever masks secrets in logs.
 */
export function createEngine(store: Store, keyFormats: KeyFormats, settings: EngineSettings, log: Logger) {
  const rateLimiter = new SlidingWindow(limitTimes.windowMs);
  const limitSharing = new LimitSharing(store.limits, rateLimiter, limitTimes, log);
  const knownHashes = new KnownHashes(store.keys, log);
  const leaseKeeper = new LeaseKeeper(store.leases, log, settings.leaseTimes, limitSharing, knownHashes);
  const accessLog = new AccessLogWriter(store.log, log, settings.spool, keyFormats);
  const rejections = new RejectionWatch(store.leases, leaseKeeper);
  // Blocks carry the id of our log writer: if this process dies, its entries say what it used of them.
  const holder = () => accessLog.writerId;
  const databaseClock = () => leaseKeeper.lease && databaseTime(leaseKeeper.lease, performance.now());
  const quotas = new QuotaHolder(store.quotas, log, holder, databaseClock);
  return {
    requestsPerMinute: settings.requestsPerMinute,
    keyFormats,
    keyCache: new KeyCache(store.keys, leaseKeeper),
    knownHashes,
    leaseKeeper,
    rejections,
    rateLimiter,
    limitSharing,
    /** Counts requests with unknown keys, by client address. */
    failureLimiter: new FailureLimiter(),
    quotas,
    accessLog,
    /** Gives back grants and blocks. Decisions must be over. When it resolves, the store is no longer used. */
    async stop(): Promise<void> {
      const ends = await Promise.allSettled([limitSharing.stop(), quotas.stop(), rejections.stop()]);
      for (const end of ends) if (end.status === "rejected") throw end.reason;
    },
  };
}
