import type { Clocks } from "../leases/lease";
import type { GrantStore, LimitTimes } from "./grant-store";
import { withTimeout } from "./with-timeout";

export type Grant = {
  id: string;
  workspaceId: string;
  name: string;
  count: number;
  used: number;
  /** On the monotonic clock. All uses of the grant are between this and `until`. */
  askedAt: number;
  until: Clocks;
};

export function isValid({ until }: Grant, now: Clocks): boolean {
  return now.mono < until.mono && now.wall < until.wall;
}

const batchLimit = 1000;

/** Ended grants whose unused rest is still to be given back to the store. */
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

  /** Reports how much of each grant was used in total. What fails is retried with the next call. */
  async giveBackAll(): Promise<void> {
    // One call at a time, so as not to overload a slow store.
    if (this.grants.size === 0 || this.isGivingBack) return;
    this.isGivingBack = true;
    const grants = [...this.grants].slice(0, batchLimit);
    for (const grant of grants) this.grants.delete(grant);
    const uses = grants.map(({ id, workspaceId, name, used }) => ({ id, workspaceId, grant: name, used }));
    try {
      await withTimeout(this.store.giveBack(uses), this.times.timeoutMs);
    } catch {
      // Retry, unless they no longer count.
      const oldest = this.clocks().mono - this.times.windowMs - this.times.grantMs;
      for (const grant of grants) if (grant.until.mono > oldest) this.grants.add(grant);
    }
    this.isGivingBack = false;
  }
}
