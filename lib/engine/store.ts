import type { KeyStore } from "./keys/key-store";
import type { LeaseStore } from "./leases/lease-store";
import type { LimitStores } from "./limits/grant-store";
import type { LogStore } from "./log/log-store";
import type { QuotaStore } from "./quotas/quota-store";

/** Everything the engine needs from outside. `postgres/` implements it. */
export type Store = {
  keys: KeyStore;
  leases: LeaseStore;
  limits: LimitStores;
  quotas: QuotaStore;
  log: LogStore;
};
