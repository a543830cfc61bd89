/** One limit of which an instance asks for uses. */
export type GrantRequest = {
  id: string;
  limit: number;
  /** How many requests wait for a use: as many are granted where they are left, and some for those that come. */
  wanted: number;
  /** The name under which what is not used can be given back. */
  grant: string;
};

/** What the store says of one limit. Milliseconds from when it was asked, by its own clock. */
export type GrantReply = {
  /** Uses that were granted: at least one of each limit that was asked for, or none of any. */
  granted: number;
  remaining: number;
  /** Until one more can be granted: 0 where it can be now. */
  nextMs: number;
  /** Until the whole limit is there again. */
  fullMs: number;
};

/** How much of a grant was used in all. Said twice it changes nothing. */
export type GrantUse = { id: string; workspaceId: string; grant: string; used: number };

/** What was allowed of a limit while an instance was alone, oldest first. */
export type LocalUses = { id: string; workspaceId: string; ages: number[]; uses: number[] };

/**
 * What instances share: who was granted how many uses, when. Guarantee: by the store's clock no more than the limit is granted
 * in any stretch of what it counts, which is the window and the time for which a grant is good.
 * Everything rejects where the store cannot be asked.
 */
export type GrantStore = {
  /** From now on it may be asked. The command line makes one that never is. */
  open(): void;
  take(workspaceId: string, asks: GrantRequest[], instances: number): Promise<GrantReply[]>;
  giveBack(uses: GrantUse[]): Promise<void>;
  /** Puts what was used in the place of all that this holder was granted. */
  importUses(holder: string, uses: LocalUses[]): Promise<void>;
  /** Forgets limits of which nothing counts any more, where the store does not by itself. */
  sweep(): Promise<void>;
  /** @throws where it does not answer, or may have lost what it knew since the last ping. */
  ping(): Promise<void>;
  close(): void;
};

/** Redis gives grants while every instance reaches it, otherwise PostgreSQL does. */
export type LimitStores = { postgres: GrantStore; redis: GrantStore | null };

export type LimitTimes = {
  windowMs: number;
  /** For how long a grant is good, on its holder's clocks, from before it was asked for. */
  grantMs: number;
  /** Longest that anybody waits for the store. Less than a grant is good for: a later answer would be of no use. */
  timeoutMs: number;
};
export const limitTimes: LimitTimes = { windowMs: 60_000, grantMs: 1000, timeoutMs: 500 };
