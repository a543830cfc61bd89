import type { LogClock, LogStore } from "./log-store";
import { timestampText } from "./timestamp";

/**
 * This writer's row in the store, and the store's clock as this writer knows it. The times it issues strictly increase, and are
 * later than every frontier that it has announced or seen.
 */
export class WriterRow {
  /** The latest time issued or announced as a frontier, in microseconds. */
  private latestTime = 0;
  private clock = { databaseMs: Date.now(), mono: performance.now() };

  constructor(
    private readonly store: LogStore,
    private readonly id: string,
  ) {}

  /** The database's time, always later than the time before. */
  nextTime(): string {
    return timestampText(this.nextTimes(1));
  }

  /** The first of `count` times, a microsecond apart. Entries written together share one reading of the clock. */
  nextTimes(count: number): number {
    const now = this.clock.databaseMs + (performance.now() - this.clock.mono);
    const first = Math.max(this.latestTime + 1, Math.floor(now * 1000));
    this.latestTime = first + count - 1;
    return first;
  }

  /** Registers this writer, and continues after every time up to which readers may consider the log complete. */
  async join(): Promise<void> {
    const sent = performance.now();
    this.learn(await this.store.join(this.id), sent);
  }

  /**
   * The heartbeat.
   * @param frontier No later entry will have this timestamp or an earlier one.
   * @returns Whether the store knows this writer.
   */
  async renew(appendedSeq: number, frontier: string | null): Promise<boolean> {
    const sent = performance.now();
    const clock = await this.store.renew(this.id, appendedSeq, frontier);
    if (clock) this.learn(clock, sent);
    return clock !== null;
  }

  close(): Promise<void> {
    return this.store.close(this.id);
  }

  private learn({ databaseMs, frontierMs }: LogClock, sent: number): void {
    this.clock = { databaseMs, mono: (sent + performance.now()) / 2 };
    this.latestTime = Math.max(this.latestTime, Math.ceil(frontierMs * 1000) + 1);
  }
}
