export const quotaPeriods = ["month", "day"] as const;
/** Calendar months and days in UTC. */
export type QuotaPeriod = (typeof quotaPeriods)[number];

/** How much of a meter can be used per period: by the whole workspace, or by one key if `keyId` is set. */
export type Quota = { keyId: string | null; meter: string; limit: number; period: QuotaPeriod };

/** Each allowed decision uses one unit. The operator defines all other meters. */
export const requestsMeter = "requests";

/** A quota with its usage in the current period. */
export type QuotaUse = Quota & {
  used: number;
  key: { id: string; name: string } | null;
  startsAt: string;
  resetsAt: string;
  /** When counting started: a quota can be newer than its period. Null: nothing was counted yet. */
  countedSince: string | null;
};

export type RequestCounts = { allowed: number; denied: number };

/** The quotas of a workspace with their use. `now` comes from the database's clock. */
export type QuotaOverview = { quotas: QuotaUse[]; now: string };
