import {
  type GrantReply,
  type GrantRequest,
  type GrantStore,
  type GrantUse,
  limitTimes,
} from "@/lib/engine/limits/grant-store";
import type { Ask } from "./memory-ask";

type Grant = { holder: string; name: string; at: number; count: number };

/** The grants of rate limits that several engines share in one test. */
export class MemoryGrants {
  private readonly grants = new Map<string, Grant[]>();

  /** The grants as one engine reaches them, through `ask`. */
  storeFor(ask: Ask): GrantStore {
    return {
      open: () => {},
      take: (_workspaceId, asks) => ask("take", () => this.grant(asks)),
      giveBack: (uses) => ask("giveBack", () => this.takeBack(uses)),
      importUses: (holder, uses) =>
        ask("importUses", () => {
          for (const { id, ages, uses: counts } of uses) {
            const kept = this.grantsOf(id).filter(
              (grant) => !grant.holder.startsWith(holder.split(".")[0] ?? ""),
            );
            const entered = ages.map((age, index) => ({
              ...{ holder, name: `${holder}:${index}`, at: performance.now() - age },
              count: counts[index] as number,
            }));
            this.grants.set(id, [...kept, ...entered]);
          }
        }),
      sweep: async () => {},
      ping: () => ask("ping", () => {}),
      close: () => {},
    };
  }

  /** Grants at least one use of each limit, or none of any. A grant counts for the window plus its lifetime. */
  private grant(asks: GrantRequest[]): GrantReply[] {
    const now = performance.now();
    const countedMs = limitTimes.windowMs + limitTimes.grantMs;
    const states = asks.map(({ id, limit }) => {
      const counted = this.grantsOf(id).filter(({ at }) => now - at < countedMs);
      this.grants.set(id, counted);
      const left = limit - counted.reduce((sum, { count }) => sum + count, 0);
      return { counted, left };
    });
    const allowed = states.every(({ left }) => left > 0);
    return asks.map(({ id, wanted, grant }, index) => {
      const { counted, left } = states[index] as (typeof states)[number];
      const granted = allowed ? Math.min(left, wanted) : 0;
      if (granted > 0)
        this.grantsOf(id).push({ holder: grant.split(":")[0] ?? "", name: grant, at: now, count: granted });
      const oldest = counted[0] ? countedMs - (now - counted[0].at) : 0;
      return { granted, remaining: left - granted, nextMs: left > 0 ? 0 : oldest, fullMs: countedMs };
    });
  }

  private takeBack(uses: GrantUse[]): void {
    for (const { id, grant, used } of uses) {
      const given = this.grantsOf(id).find(({ name }) => name === grant);
      if (given) given.count = Math.min(given.count, used);
    }
  }

  private grantsOf(id: string): Grant[] {
    let grants = this.grants.get(id);
    if (!grants) {
      grants = [];
      this.grants.set(id, grants);
    }
    return grants;
  }
}
