import { addressBucket } from "../request/client-address";
import { SlidingWindow, type WindowState } from "./sliding-window";

/** Requests with unknown keys that an address may make in a minute before it is answered 429. */
const failuresPerMinute = 60;

/** The failures of one address that still count, oldest first, by their ages in milliseconds. */
export type CountedFailures = { bucket: string; ages: number[]; counts: number[] };
/** Of each address. Uses close together share a slot of half a second already, so a minute has no more. */
const maxSlots = 121;

/** Counts requests with unknown keys by the address they come from; IPv6 addresses by their /64. */
export class FailureLimiter {
  private readonly window = new SlidingWindow(60_000);
  /** Told of each failure that counted, so that the other workers of this program count it as well. */
  onCounted: (bucket: string) => void = () => {};

  /** Counts a failure. */
  count(clientIp: string): { allowed: boolean; state: WindowState } {
    const bucket = addressBucket(clientIp);
    const outcome = this.window.take(bucket, failuresPerMinute, performance.now());
    if (outcome.allowed) this.onCounted(bucket);
    return outcome;
  }

  /** A failure that another worker counted. */
  countElsewhere(bucket: string): void {
    this.window.take(bucket, failuresPerMinute, performance.now());
  }

  /** What counts now, for a worker that takes the place of one that ended. */
  snapshot(): CountedFailures[] {
    return [...this.window.all(performance.now(), maxSlots)].map(({ key, ages, uses }) => ({
      bucket: key,
      ages,
      counts: uses,
    }));
  }

  /** Goes on from what others counted. It was counted a moment ago, by which each failure counts longer rather than shorter. */
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
