import { type DueDelivery, failingFrom, takenForMs } from "./delivery-store";
import type { AttemptResult } from "./post-event";

/** Attempts to an endpoint that are under way at once, for each instance. It begins with fewer, and one that failed gets one. */
const mostAtOnce = 8;
const firstAtOnce = 2;
/** Taken before they can be sent, so that an endpoint that answers never waits for the database: what it answers in half a second. */
const mostAhead = 56;
const aheadMs = 500;
/** A delivery that waited longer here is given back: its instance must be done with it before another may take it. */
const longestWaitMs = takenForMs - 15_000;
/** An endpoint that hasn't answered for so long gets no more, and what waits for it is given back. */
const stuckAfterMs = 1_000;
/**
 * An attempt that took longer makes the endpoint slow for ten times as long. A slow endpoint uses the places of those that failed, a few
 * at once: otherwise endpoints that answer just before the timeout would keep the places of all others.
 */
const slowFromMs = 1_000;
const slowForTimes = 10;
const slowAtOnce = 4;

/** The deliveries of one subscription that this instance holds. */
export class Lane {
  readonly queue: (DueDelivery & { takenAt: number })[] = [];
  /** What waits, is under way, or isn't stored yet. */
  held = 0;
  private underWay = 0;
  /** Attempts that may be under way at once. Doubled with each answer. */
  private atOnce = firstAtOnce;
  private failures = 0;
  /** Of the last answer. Null before the first. */
  private latencyMs: number | null = null;
  private slowUntil = 0;
  private progressAt = performance.now();

  constructor(
    /** Of the subscription as it was when what waits here was taken. */
    readonly version: string,
  ) {}

  add(delivery: DueDelivery): void {
    if (this.underWay === 0) this.progressAt = performance.now();
    this.held += 1;
    this.queue.push({ ...delivery, takenAt: performance.now() });
  }

  /** The next to send, if it may be sent now. */
  next(): DueDelivery | undefined {
    if (this.underWay >= (this.isSlow() ? Math.min(slowAtOnce, this.atOnce) : this.atOnce)) return undefined;
    const delivery = this.queue.shift();
    if (delivery) this.underWay += 1;
    return delivery;
  }

  /** @param result Null if the attempt was ended from here. */
  ended(result: AttemptResult | null): void {
    this.underWay -= 1;
    if (result === null) return;
    const { attempt, retryAfterMs } = result;
    const isDelivered = attempt.error === null;
    if (isDelivered) this.latencyMs = Math.max(1, attempt.latencyMs);
    // One that asks for a wait gets nothing more now.
    const failures = retryAfterMs ? failingFrom : this.failures + 1;
    this.failures = isDelivered ? 0 : failures;
    this.atOnce = isDelivered ? Math.min(mostAtOnce, this.atOnce * 2) : 1;
    this.progressAt = performance.now();
    if (attempt.latencyMs > slowFromMs)
      this.slowUntil = Math.max(this.slowUntil, this.progressAt + attempt.latencyMs * slowForTimes);
  }

  isSlow(): boolean {
    return performance.now() < this.slowUntil;
  }

  /** How many more to take. */
  room(first: number): number {
    if (this.failures > 0) return 1 - this.held;
    if (this.isStuck()) return 0;
    if (this.isSlow()) return slowAtOnce - this.held;
    if (this.latencyMs === null) return first - this.held;
    const ahead = Math.round((mostAtOnce * aheadMs) / this.latencyMs);
    return mostAtOnce + Math.min(mostAhead, ahead) - this.held;
  }

  /** Whether the endpoint could soon have nothing to do. */
  wantsMore(): boolean {
    return this.failures === 0 && this.queue.length < mostAtOnce;
  }

  /** Takes out what has waited too long, and everything of an endpoint that fails or doesn't answer. The table knows when it is due. */
  takeStuck(): DueDelivery[] {
    const isTooMuch = this.isSlow() && this.queue.length > slowAtOnce;
    if (this.failures >= failingFrom || this.isStuck() || isTooMuch) return this.queue.splice(0);
    const oldest = performance.now() - longestWaitMs;
    const firstInTime = this.queue.findIndex(({ takenAt }) => takenAt >= oldest);
    return this.queue.splice(0, firstInTime === -1 ? this.queue.length : firstInTime);
  }

  private isStuck(): boolean {
    return this.underWay > 0 && performance.now() - this.progressAt > stuckAfterMs;
  }
}
