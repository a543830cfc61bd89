/**
 * How much of a limit is left, and when it comes back. These are durations, never longer than the window. Don't replace them by
 * times: the difference of two rounded times can be slightly too long, and rounding it up makes 61 seconds of 60.
 */
export type WindowState = {
  /** The time of this state by the caller's clock. A use that was taken counts from then. */
  now: number;
  limit: number;
  remaining: number;
  /** Until one more use is allowed: 0 if one is allowed now. */
  nextInMs: number;
  /** Until the full limit is available again. */
  fullInMs: number;
};

/** `id` is the key or workspace whose uses are limited. */
export type Limit = { id: string; limit: number };
export type Taken = { allowed: boolean; state: WindowState };

/** Uses within this time share a slot, which leaves the window with its latest use: never early, at most this late. */
const slotMs = 500;

/** The uses of one key: a queue of slots, oldest first. */
type Uses = {
  times: number[];
  counts: number[];
  head: number;
  total: number;
  slotStart: number;
  group: string;
};

/** The uses of one key in the window, oldest first. Ages are in milliseconds. */
export type WindowUses = { key: string; group: string; ages: number[]; uses: number[] };

/**
 * A sliding window in memory. It allows at most `limit` uses in any period of `windowMs`, and exactly `limit` at once after an
 * idle window. Costs a map look-up and a few array steps. Holds at most 121 slots per key for a window of a minute.
 */
export class SlidingWindow {
  private readonly usesByKey = new Map<string, Uses>();

  constructor(private readonly windowMs: number) {}

  /**
   * Takes one use if there is room. Returns the state afterwards; `allowed` says whether it was taken.
   * @param group The key's workspace, which `all` reports with its uses.
   */
  take(key: string, limit: number, now: number, group = ""): Taken {
    const uses = this.current(key, now);
    if (uses.group !== group) uses.group = group;
    const allowed = uses.total < limit;
    if (allowed) add(uses, now);
    return { allowed, state: this.stateOf(uses, limit, now) };
  }

  /** Whether there is room for one more use of each limit. */
  hasRoom(limits: readonly Limit[], now: number): boolean {
    for (const { id, limit } of limits) if (this.current(id, now).total >= limit) return false;
    return true;
  }

  /** Counts a use of each limit. The caller has checked that there is room, or holds a grant. */
  add(limits: readonly Limit[], now: number, group: string): void {
    for (const { id } of limits) {
      const uses = this.current(id, now);
      if (uses.group !== group) uses.group = group;
      add(uses, now);
    }
  }

  /** The state without taking anything. */
  peek(key: string, limit: number, now: number): WindowState {
    return this.stateOf(this.current(key, now), limit, now);
  }

  /**
   * Gives back the use that was taken at `usedAt`, unless it has left the window. Never gives back an earlier use, because the
   * later one would then leave the window too soon.
   */
  giveBack(key: string, usedAt: number, now: number): void {
    const uses = this.usesByKey.get(key);
    if (!uses || usedAt <= now - this.windowMs) return;
    // Find the first slot that may contain it. A slot whose uses were all given back is empty.
    let index = uses.head;
    while ((uses.times[index] as number) < usedAt || uses.counts[index] === 0) index += 1;
    if (index >= uses.times.length) return;
    uses.counts[index] = (uses.counts[index] as number) - 1;
    uses.total -= 1;
  }

  /** Forgets keys without a use in the window, so that memory is bounded by what is in use. */
  sweep(now: number): void {
    for (const [key, uses] of this.usesByKey) {
      if ((uses.times.at(-1) ?? 0) + this.windowMs <= now) this.usesByKey.delete(key);
    }
  }

  /** All uses in the window, merged into at most `slots` slots per key. A merged slot has the age of its latest use. */
  *all(now: number, slots: number): Generator<WindowUses> {
    for (const key of this.usesByKey.keys()) {
      const { times, counts, head, total, group } = this.current(key, now);
      if (total === 0) continue;
      const together = Math.ceil((times.length - head) / slots);
      const found: WindowUses = { key, group, ages: [], uses: [] };
      for (let from = head; from < times.length; from += together) {
        const upTo = Math.min(from + together, times.length);
        found.ages.push(now - (times[upTo - 1] as number));
        found.uses.push(counts.slice(from, upTo).reduce((sum, count) => sum + count, 0));
      }
      yield found;
    }
  }

  get size(): number {
    return this.usesByKey.size;
  }

  private current(key: string, now: number): Uses {
    let uses = this.usesByKey.get(key);
    if (!uses) {
      uses = { times: [], counts: [], head: 0, total: 0, slotStart: 0, group: "" };
      this.usesByKey.set(key, uses);
    }
    const oldest = now - this.windowMs;
    while (uses.head < uses.times.length && (uses.times[uses.head] as number) <= oldest) {
      uses.total -= uses.counts[uses.head] as number;
      uses.head += 1;
    }
    if (uses.head > 64) {
      uses.times.splice(0, uses.head);
      uses.counts.splice(0, uses.head);
      uses.head = 0;
    }
    return uses;
  }

  private stateOf(uses: Uses, limit: number, now: number): WindowState {
    return {
      now,
      limit,
      remaining: Math.max(0, limit - uses.total),
      nextInMs: uses.total < limit ? 0 : this.leavesInMs(slotThatMakesRoom(uses, limit), now),
      fullInMs: uses.total === 0 ? 0 : this.leavesInMs(lastUse(uses), now),
    };
  }

  /** @param at The time of a use. It may be later than `now`, if another request took it after the caller read the clock. */
  private leavesInMs(at: number, now: number): number {
    return this.windowMs - Math.max(0, now - at);
  }
}

/** The last slot that has to leave before one more use is allowed. If the limit was lowered, that isn't the oldest one. */
function slotThatMakesRoom(uses: Uses, limit: number): number {
  let total = uses.total;
  let index = uses.head;
  while (index < uses.times.length - 1) {
    total -= uses.counts[index] as number;
    if (total < limit) break;
    index += 1;
  }
  return uses.times[index] as number;
}

/** Skips empty slots, whose uses were all given back. */
function lastUse({ times, counts }: Uses): number {
  let last = times.length - 1;
  while (counts[last] === 0) last -= 1;
  return times[last] as number;
}

function add(uses: Uses, now: number): void {
  const last = uses.times.length - 1;
  if (last >= uses.head && now - uses.slotStart < slotMs) {
    // A request that waited may bring an older reading of the clock. The slot must not leave earlier because of it.
    uses.times[last] = Math.max(now, uses.times[last] as number);
    uses.counts[last] = (uses.counts[last] as number) + 1;
  } else {
    uses.times.push(now);
    uses.counts.push(1);
    uses.slotStart = now;
  }
  uses.total += 1;
}
