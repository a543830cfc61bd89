/** A request for uses of one limit. */
export type GrantRequest = {
  id: string;
  limit: number;
  /** How many requests are waiting for a use. The store grants as many if it can, and some more in advance. */
  wanted: number;
  /** The name of the grant, for giving back what was not used. */
  grant: string;
};

/** The store's reply for one limit. Durations count from when it was asked, by its own clock. */
export type GrantReply = {
  /** Uses that were granted: at least one of each requested limit, or none of any. */
  granted: number;
  remaining: number;
  /** Until one more can be granted: 0 when that is possible now. */
  nextMs: number;
  /** Until the full limit is available again. */
  fullMs: number;
};

/** How much of a grant was used in total. Idempotent: reporting it twice changes nothing. */
export type GrantUse = { id: string; workspaceId: string; grant: string; used: number };

/** Uses of a limit that an instance allowed from its own memory, oldest first. `ages` are in milliseconds. */
export type LocalUses = { id: string; workspaceId: string; ages: number[]; uses: number[] };

/**
 * Rate limits that instances share: how many uses were granted to which instance, and when. Guarantee: by the store's clock, no
 * more than the limit is granted in any period as long as the window plus the lifetime of a grant.
 * Every method rejects when the store doesn't answer.
 */
export type GrantStore = {
  /** Connects. Called only when the store is used: the command line creates one without using it. */
  open(): void;
  take(workspaceId: string, asks: GrantRequest[], instances: number): Promise<GrantReply[]>;
  giveBack(uses: GrantUse[]): Promise<void>;
  /** Replaces everything that was granted to this holder by these uses. */
  importUses(holder: string, uses: LocalUses[]): Promise<void>;
  /** Deletes limits whose uses no longer count, unless the store does so by itself. */
  sweep(): Promise<void>;
  /** @throws when the store doesn't answer, or may have lost data since the last ping. */
  ping(): Promise<void>;
  close(): void;
};

/** Redis issues grants while every instance can reach it; otherwise PostgreSQL does. */
export type LimitStores = { postgres: GrantStore; redis: GrantStore | null };

export type LimitTimes = {
  windowMs: number;
  /** How long a grant is valid, on its holder's clocks, from before it was requested. */
  grantMs: number;
  /** The longest wait for the store. Shorter than a grant is valid: a later reply would be useless. */
  timeoutMs: number;
};
export const limitTimes: LimitTimes = { windowMs: 60_000, grantMs: 1000, timeoutMs: 500 };
