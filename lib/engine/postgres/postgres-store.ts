import { type GrantStore, limitTimes } from "../limits/grant-store";
import type { Store } from "../store";
import type { ClientConfig, Pool } from "./client";
import { PostgresGrants } from "./grant-store";
import { PostgresKeys } from "./key-store";
import { PostgresLeases } from "./lease-store";
import { PostgresLog } from "./log-store";
import { PostgresQuotas } from "./quota-store";

/**
 * The store of an instance.
 * @param config For the connection that is dedicated to the lease.
 * @param sealKey Seals log entries.
 * @param redis Issues rate limit grants while every instance can reach it. Null without Redis.
 */
export function postgresStore(
  pool: Pool,
  config: ClientConfig,
  redis: GrantStore | null,
  sealKey: Buffer | null,
): Store {
  return {
    keys: new PostgresKeys(pool),
    leases: new PostgresLeases(pool, config),
    limits: { postgres: new PostgresGrants(pool, limitTimes), redis },
    quotas: new PostgresQuotas(pool),
    log: new PostgresLog(pool, sealKey),
  };
}
