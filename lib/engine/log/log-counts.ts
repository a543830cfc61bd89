import type { LogCode, LogSource } from "@/lib/contracts/access-logs";
import type { NewEntry } from "./entry-line";

/** The upper bounds of the buckets, in milliseconds. Most decisions take less than the first few. */
export const latencyBounds = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1000, 2500];

/** A histogram of durations. Adding one takes some nanoseconds. */
class Latencies {
  /** For each bound those at or below it and above the one before, and at the end those above all. */
  readonly counts = new Float64Array(latencyBounds.length + 1);
  sumMs = 0;

  add(ms: number): void {
    let bucket = 0;
    while (bucket < latencyBounds.length && ms > (latencyBounds[bucket] as number)) bucket += 1;
    this.counts[bucket] = (this.counts[bucket] as number) + 1;
    this.sumMs += ms;
  }
}

/** What this process has logged, for its metrics. */
export class LogCounts {
  readonly byCode: Partial<Record<LogSource, Partial<Record<LogCode, number>>>> = {};
  /** From the beginning of a decision until its entry is in the spool and it can be answered. */
  readonly latencies = new Latencies();

  add({ source, code }: NewEntry): void {
    let counts = this.byCode[source];
    if (counts === undefined) {
      counts = {};
      this.byCode[source] = counts;
    }
    counts[code] = (counts[code] ?? 0) + 1;
  }
}
