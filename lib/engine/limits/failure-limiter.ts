import { addressBucket } from "../request/client-address";
import { SlidingWindow, type WindowState } from "./sliding-window";

/** Requests with unknown keys that an address may make in a minute before it is answered 429. */
const failuresPerMinute = 60;

/** The failures of one address that still count, oldest first. Ages are in milliseconds. */
export type CountedFailures = { bucket: string; ages: number[]; counts: number[] };
/** Slots per address. A minute has no more, because uses within half a second share a slot. */
const maxSlots = 121;

/** Counts requests with unknown keys by the address they come from; IPv6 addresses by their /64. */
export class FailureLimiter {
  private readonly window = new SlidingWindow(60_000);
  /** Called for each counted failure, so that the other workers count it as well. */
  onCounted: (bucket: string) => void = () => {};

  count(clientIp: string): { allowed: boolean; state: WindowState } {
    const bucket = addressBucket(clientIp);
    const outcome = this.window.take(bucket, failuresPerMinute, performance.now());
    if (outcome.allowed) this.onCounted(bucket);
    return outcome;
  }

  /** Counts a failure that another worker saw. */
  countElsewhere(bucket: string): void {
    this.window.take(bucket, failuresPerMinute, performance.now());
  }

  /** What counts now, for a worker that replaces one that died. */
  snapshot(): CountedFailures[] {
    return [...this.window.all(performance.now(), maxSlots)].map(({ key, ages, uses }) => ({
      bucket: key,
      ages,
      counts: uses,
    }));
  }

  /** Restores a snapshot of another worker. Failures count slightly longer for it, never shorter. */
  restore(counted: CountedFailures[]): void {
    const now = performance.now();
    for (const { bucket, ages, counts } of counted)
      for (const [slot, count] of counts.entries())
        for (let failure = 0; failure < count; failure += 1)
          this.window.take(bucket, failuresPerMinute, now - (ages[slot] as number));
  }

  isPastLimit(clientIp: string): boolean {
    return this.window.peek(addressBucket(clientIp), failuresPerMinute, performance.now()).remaining === 0;
  }

  sweep(now: number): void {
    this.window.sweep(now);
  }
}
