import { leaseTimes, readClocks } from "@/lib/engine/leases/lease";
import { LeaseKeeper } from "@/lib/engine/leases/lease-keeper";
import type { GrantStore, LimitTimes } from "@/lib/engine/limits/grant-store";
import { takeUse, tryTakeUse } from "@/lib/engine/limits/key-limits";
import { LimitSharing } from "@/lib/engine/limits/limit-sharing";
import { SlidingWindow } from "@/lib/engine/limits/sliding-window";
import { PostgresGrants } from "@/lib/engine/postgres/grant-store";
import { PostgresLeases } from "@/lib/engine/postgres/lease-store";
import { clientConfig } from "@/lib/server/database";
import { runtime } from "@/lib/server/runtime";

export type LimitedKey = Parameters<typeof takeUse>[0];

/** A window short enough for a test. Long timeouts, so that a busy machine doesn't look like an unavailable store. */
export const shortTimes: LimitTimes = { windowMs: 2000, grantMs: 1000, timeoutMs: 30_000 };
/** A window long enough for a burst on any machine. */
export const longTimes: LimitTimes = { ...shortTimes, windowMs: 600_000 };

/**
 * Another instance of the rate limits, in this process, on the database of the test file.
 * @param redis Its connection to Redis. Without it, it uses only PostgreSQL.
 */
export async function startLimitInstance(redis: GrantStore | null = null, times: LimitTimes = shortTimes) {
  const { env, log, pool } = runtime();
  const rateLimiter = new SlidingWindow(times.windowMs);
  const limitSharing = new LimitSharing(
    { postgres: new PostgresGrants(pool, times), redis },
    rateLimiter,
    times,
    log,
  );
  const config = { ...clientConfig(env.databaseUrl as string), connectionTimeoutMillis: 2000 };
  const keeper = new LeaseKeeper(new PostgresLeases(pool, config), log, leaseTimes, limitSharing);
  await keeper.start();
  const limiter = { rateLimiter, limitSharing, requestsPerMinute: env.rateLimitPerMinute };
  return {
    ...limiter,
    keeper,
    tryTake: (key: LimitedKey) => tryTakeUse(key, limiter, readClocks()),
    take: async (key: LimitedKey) => tryTakeUse(key, limiter, readClocks()) ?? (await takeUse(key, limiter)),
    stop: async () => {
      await keeper.stop();
      await limitSharing.stop();
    },
  };
}

export type LimitInstance = Awaited<ReturnType<typeof startLimitInstance>>;

let keys = 0;
/** A new key. */
export function limitedKey(limit: number, workspaceLimit: number | null = null): LimitedKey {
  keys += 1;
  return {
    keyId: `key_${keys}`,
    workspaceId: `ws_${keys}`,
    rateLimitPerMinute: limit,
    workspaceRequestsPerMinute: workspaceLimit,
  };
}
