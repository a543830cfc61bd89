import type { Clocks } from "../leases/lease";
import type { GrantStore, LimitTimes } from "./grant-store";
import { withTimeout } from "./with-timeout";

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

export function isValid({ until }: Grant, now: Clocks): boolean {
  return now.mono < until.mono && now.wall < until.wall;
}

const batchLimit = 1000;

/** What is to be given back of grants that are over: nobody here can use any more of them. */
export class UnusedGrants {
  private readonly grants = new Set<Grant>();
  private isGivingBack = false;

  constructor(
    private readonly store: GrantStore,
    private readonly times: LimitTimes,
    private readonly clocks: () => Clocks,
  ) {}

  add(grant: Grant): void {
    this.grants.add(grant);
  }

  /** Says of each how much was used of it in all; where that fails, once more with the next. */
  async giveBackAll(): Promise<void> {
    // One at a time: a store that is slow must not be asked more and more.
    if (this.grants.size === 0 || this.isGivingBack) return;
    this.isGivingBack = true;
    const grants = [...this.grants].slice(0, batchLimit);
    for (const grant of grants) this.grants.delete(grant);
    const uses = grants.map(({ id, workspaceId, name, used }) => ({ id, workspaceId, grant: name, used }));
    try {
      await withTimeout(this.store.giveBack(uses), this.times.timeoutMs);
    } catch {
      // Unless the store has forgotten them by then.
      const oldest = this.clocks().mono - this.times.windowMs - this.times.grantMs;
      for (const grant of grants) if (grant.until.mono > oldest) this.grants.add(grant);
    }
    this.isGivingBack = false;
  }
}
