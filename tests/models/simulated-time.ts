/** A process in simulated time: a generator that yields how many milliseconds it waits. */
export type Process<Result = void> = Generator<number, Result, void>;

/** A seeded pseudo-random number generator (mulberry32). */
export class Chance {
  constructor(private state: number) {}

  fraction(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }

  of(probability: number): boolean {
    return this.fraction() < probability;
  }

  between(least: number, most: number): number {
    return least + this.fraction() * (most - least);
  }

  pick<Item>(items: readonly Item[]): Item {
    return items[Math.floor(this.fraction() * items.length)] as Item;
  }
}

type Event = { at: number; order: number; process: Process };

/** Runs processes in order of time. Events at the same time run in the order in which they were added. */
export class SimulatedTime {
  now = 0;
  private order = 0;
  /** A binary heap. */
  private readonly events: Event[] = [];

  start(process: Process, after = 0): void {
    this.order += 1;
    this.rise({ at: this.now + after, order: this.order, process });
  }

  run(until: number): void {
    for (let event = this.take(); event && event.at <= until; event = this.take()) {
      this.now = event.at;
      const { done, value } = event.process.next();
      if (!done) this.start(event.process, value);
    }
  }

  private rise(event: Event): void {
    const { events } = this;
    let place = events.length;
    while (place > 0) {
      const above = (place - 1) >> 1;
      if (isEarlier(events[above] as Event, event)) break;
      events[place] = events[above] as Event;
      place = above;
    }
    events[place] = event;
  }

  private take(): Event | undefined {
    const { events } = this;
    const first = events[0];
    const last = events.pop();
    if (!first || !last || events.length === 0) return first;
    let place = 0;
    for (;;) {
      let below = 2 * place + 1;
      if (below >= events.length) break;
      if (below + 1 < events.length && isEarlier(events[below + 1] as Event, events[below] as Event))
        below += 1;
      if (isEarlier(last, events[below] as Event)) break;
      events[place] = events[below] as Event;
      place = below;
    }
    events[place] = last;
    return first;
  }
}

function isEarlier(one: Event, other: Event): boolean {
  return one.at < other.at || (one.at === other.at && one.order < other.order);
}
