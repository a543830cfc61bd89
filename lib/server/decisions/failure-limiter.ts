import { addressBucket } from "../client-address";
import { SlidingWindow, type WindowState } from "./sliding-window";

/** Requests with unknown keys that an address may make in a minute before it is answered 429. */
const failuresPerMinute = 60;

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

  isPastLimit(clientIp: string): boolean {
    return this.window.peek(addressBucket(clientIp), failuresPerMinute, performance.now()).remaining === 0;
  }

  sweep(now: number): void {
    this.window.sweep(now);
  }
}
