import type { RequestCounts } from "./quotas";

/** What requests can be grouped by. A key's permission level never changes, so each request has that of its key. */
export const usageGroupings = ["key", "permission", "route", "code"] as const;
export type UsageGrouping = (typeof usageGroupings)[number];

export type UsageGroup = RequestCounts & {
  /** What the access log's filter of this name takes; for permissions, the level. */
  value: string;
  /** Of a key. */
  name: string | null;
  /** Ids of the keys with this permission level, unless they are too many for the access log's filter. */
  keys: string[] | null;
  /** Requests by bar. */
  bars: number[];
};

/** The requests of a range over time, and by the most frequent values. All others are the rest of the total. */
export type UsageRequests = {
  from: string;
  to: string;
  barSeconds: number;
  total: RequestCounts;
  /** Requests by bar, oldest first, including empty ones. */
  bars: number[];
  /** Most requests first. */
  groups: UsageGroup[];
};
