import type { Clocks } from "../leases/lease";
import type { GrantStore, LimitTimes } from "./grant-store";
import { inTime } from "./in-time";

export type Grant = {
  id: string;
  workspaceId: string;
  name: string;
  count: number;
  used: number;
  /** By the monotonic clock. Its uses lie between this and `until`. */
  askedAt: number;
  until: Clocks;
};

export function isGood({ until }: Grant, now: Clocks): boolean {
  return now.mono < until.mono && now.wall < until.wall;
}

const paidAtOnce = 1000;

/** What is to be given back of grants that are over: nobody here can use any more of them. */
export class UnusedGrants {
  private readonly owed = new Set<Grant>();
  private isPaying = false;

  constructor(
    private readonly store: GrantStore,
    private readonly times: LimitTimes,
    private readonly clocks: () => Clocks,
  ) {}

  owe(grant: Grant): void {
    this.owed.add(grant);
  }

  /** Says of each how much was used of it in all; where that fails, once more with the next. */
  async payBack(): Promise<void> {
    // One at a time: a store that is slow must not be asked more and more.
    if (this.owed.size === 0 || this.isPaying) return;
    this.isPaying = true;
    const grants = [...this.owed].slice(0, paidAtOnce);
    for (const grant of grants) this.owed.delete(grant);
    const uses = grants.map(({ id, workspaceId, name, used }) => ({ id, workspaceId, grant: name, used }));
    try {
      await inTime(this.store.giveBack(uses), this.times.patienceMs);
    } catch {
      // Unless the store has forgotten them by then.
      const oldest = this.clocks().mono - this.times.windowMs - this.times.grantMs;
      for (const grant of grants) if (grant.until.mono > oldest) this.owed.add(grant);
    }
    this.isPaying = false;
  }
}
