import type { GrantStore } from "./grant-store";

export type LimitStores = { postgres: GrantStore; redis: GrantStore | null };

/** What an instance says of limits in its row. */
export type LimitStanding = {
  /** False while it limits from memory alone, or has uses in the window that `store` doesn't know. */
  shares: boolean;
  store: keyof LimitStores;
  redisReady: boolean;
};

/** What a renewal of the lease saw of other instances whose lease may still be live. */
export type Others = {
  ids: string[];
  /** How many of them have uses that the store in their row doesn't know. */
  alone: number;
  inRedis: number;
  inPostgres: number;
  /** How many can't count uses in Redis. */
  withoutRedis: number;
};
