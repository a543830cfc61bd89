import type { LogClock, LogStore } from "./log-store";
import { timestampText } from "./timestamp";

/**
 * A writer as the database knows it, and the database's time as the writer knows it. Times that it gives only rise, and lie
 * above every frontier it has promised or seen.
 */
export class WriterRow {
  /** Microseconds: the latest time given, or promised to be left behind. */
  private latestTime = 0;
  private clock = { databaseMs: Date.now(), mono: performance.now() };

  constructor(
    private readonly store: LogStore,
    private readonly id: string,
  ) {}

  /** The database's time, and always later than the one before. */
  nextTime(): string {
    return timestampText(this.nextTimes(1));
  }

  /** The first of so many such times, a microsecond apart: what is written together shares one look at the clock. */
  nextTimes(count: number): number {
    const now = this.clock.databaseMs + (performance.now() - this.clock.mono);
    const first = Math.max(this.latestTime + 1, Math.floor(now * 1000));
    this.latestTime = first + count - 1;
    return first;
  }

  /** Makes this writer known, then starts above any time that a reader can have been told is complete. */
  async join(): Promise<void> {
    const sent = performance.now();
    this.learn(await this.store.join(this.id), sent);
  }

  /** Says that this writer is alive. @param frontier No later entry will be at or before it. @returns Whether it is known. */
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
