export const quotaPeriods = ["month", "day"] as const;
/** Calendar months and days of UTC. */
export type QuotaPeriod = (typeof quotaPeriods)[number];

/** How much of a meter may be used in a period, by the workspace, or by one of its keys where `keyId` names it. */
export type Quota = { keyId: string | null; meter: string; limit: number; period: QuotaPeriod };

/** Each allowed decision uses one of it. Every other meter is whatever the operator counts by that name. */
export const requestsMeter = "requests";

/** A quota and what is used of it in the present period. */
export type QuotaUse = Quota & {
  used: number;
  key: { id: string; name: string } | null;
  startsAt: string;
  resetsAt: string;
  /** When the first of it was counted: a quota may be younger than its period. Null while nothing was. */
  countedSince: string | null;
};

export type RequestCounts = { allowed: number; denied: number };

/** What the Usage page shows: requests a day, oldest first, and the quotas. `now` is the database's clock. */
export type UsageOverview = {
  days: ({ start: string } & RequestCounts)[];
  total: RequestCounts;
  quotas: QuotaUse[];
  now: string;
};
