import type { GrantStore, LimitTimes } from "@/lib/engine/limits/grant-store";
import { HeldGrants } from "@/lib/engine/limits/held-grants";
import type { Limit } from "@/lib/engine/limits/sliding-window";
import { runtime } from "@/lib/server/runtime";
import { Chance } from "./simulated-time";

/** The true time in milliseconds. All clocks follow it, and every process may be paused at any moment. */
export class LimitHistory {
  now = 1_800_000_000_000;
  readonly uses: number[] = [];
  refusals = 0;
  /** Uses that are still to be given back. */
  private readonly inVain: { holder: HeldGrants; usedAt: number }[] = [];
  private readonly chance: Chance;
  private readonly holders: HeldGrants[];
  private readonly limits: readonly Limit[];
  /** Calls to the store that wait for their answer. */
  private readonly waiting = new Set<HeldGrants>();

  constructor(
    store: GrantStore,
    private readonly times: LimitTimes,
    private readonly id: string,
    private readonly limit: number,
    seed: number,
  ) {
    this.limits = [{ id, limit }];
    this.chance = new Chance(seed);
    const clocks = () => ({ mono: this.now, wall: this.now });
    this.holders = [0, 1, 2].map(() => new HeldGrants(this.slow(store), times, runtime().log, clocks));
  }

  async play(steps: number): Promise<void> {
    for (let step = 0; step < steps; step += 1) await this.step();
  }

  /** The highest number of uses in any window. */
  mostInWindow(): number {
    return mostWithin(this.uses, this.times.windowMs);
  }

  private async step(): Promise<void> {
    this.pause(this.chance.of(0.1) ? this.times.windowMs : 40);
    if (this.chance.of(0.2)) this.giveOneBack();
    const idle = this.holders.filter((one) => !this.waiting.has(one));
    const holder = this.chance.pick(idle);
    this.waiting.add(holder);
    const what = this.chance.fraction();
    if (what < 0.7) await this.burst(holder, 1 + Math.floor(this.chance.between(0, this.limit)));
    else if (what < 0.78) await holder.sweep();
    else await this.useInVain(holder);
    this.waiting.delete(holder);
  }

  /** Many requests at once: some wait together, the rest come after those were answered. */
  private async burst(holder: HeldGrants, count: number): Promise<void> {
    const waiting = Math.floor(this.chance.between(0, count / 2));
    for (let one = 0; one < waiting; one += 1) holder.beginWait(this.limits);
    let served = 0;
    while (served < count && (await this.use(holder))) {
      if (served < waiting) holder.endWait(this.limits);
      served += 1;
    }
    for (let one = served; one < waiting; one += 1) holder.endWait(this.limits);
  }

  private async use(holder: HeldGrants): Promise<boolean> {
    let taken = holder.tryTake(this.limits);
    if (taken === null) {
      await holder.obtain("ws", this.limits, 3);
      taken = holder.tryTake(this.limits);
    }
    if (!taken) {
      this.refusals += 1;
      return false;
    }
    this.uses.push(this.now);
    return true;
  }

  /** A use that is given back, now or later: it counts as never used. */
  private async useInVain(holder: HeldGrants): Promise<void> {
    if (!(await this.use(holder))) return;
    this.inVain.push({ holder, usedAt: this.uses.pop() as number });
  }

  private giveOneBack(): void {
    const { holder, usedAt } = this.inVain.shift() ?? {};
    if (usedAt !== undefined) holder?.giveBack(this.id, usedAt);
  }

  /** The call to the store takes time, in which others proceed. */
  private slow(store: GrantStore): GrantStore {
    const travelling = async <Result>(work: () => Promise<Result>): Promise<Result> => {
      await this.delay();
      const result = await work();
      await this.delay();
      return result;
    };
    return {
      ...boundStore(store),
      take: (...asked) => travelling(() => store.take(...asked)),
      giveBack: (...uses) => travelling(() => store.giveBack(...uses)),
    };
  }

  private async delay(): Promise<void> {
    this.pause(this.chance.of(0.3) ? this.times.grantMs * 0.9 : 5);
    if (this.waiting.size < this.holders.length && this.chance.of(0.4)) await this.step();
  }

  private pause(upTo: number): void {
    this.now += this.chance.between(0, upTo);
  }
}

/** Binds the methods, so that the store can be spread. */
function boundStore(store: GrantStore): GrantStore {
  return {
    open: store.open.bind(store),
    take: store.take.bind(store),
    giveBack: store.giveBack.bind(store),
    importUses: store.importUses.bind(store),
    sweep: store.sweep.bind(store),
    ping: store.ping.bind(store),
    close: store.close.bind(store),
  };
}

/** The highest number of these times within one period of this length. */
export function mostWithin(moments: number[], length: number): number {
  const sorted = [...moments].sort((one, other) => one - other);
  let most = 0;
  let from = 0;
  sorted.forEach((moment, index) => {
    while ((sorted[from] as number) <= moment - length) from += 1;
    most = Math.max(most, index - from + 1);
  });
  return most;
}
