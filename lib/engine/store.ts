import type { KeyStore } from "./keys/key-store";
import type { LeaseStore } from "./leases/lease-store";
import type { LimitStores } from "./limits/grant-store";
import type { LogStore } from "./log/log-store";
import type { QuotaStore } from "./quotas/quota-store";

/** Everything that an engine asks of the outside. `postgres/` implements it for an instance. */
export type Store = {
  keys: KeyStore;
  leases: LeaseStore;
  limits: LimitStores;
  quotas: QuotaStore;
  log: LogStore;
};
