import type { GrantStore, LimitTimes } from "./grant-store";
import { withTimeout } from "./with-timeout";

/** How long the start waits for Redis at most. */
const startMs = 1000;

/**
 * Tells whether this instance may use Redis for rate limits. It may stay there while Redis answers. It may return only when, for
 * longer than a window, Redis answered and no other instance left: the last uses of one that left are in PostgreSQL only.
 */
export class RedisWatch {
  private reachableSince: number | null = null;
  private leftAt = Number.NEGATIVE_INFINITY;
  private others: string[] = [];
  private pinging: Promise<void> | null = null;
  private isOpen = false;

  constructor(
    private readonly redis: GrantStore,
    private readonly times: LimitTimes,
    private readonly onLost: () => void,
  ) {}

  get isReachable(): boolean {
    return this.reachableSince !== null;
  }

  /** Connects, and waits up to a second for the first answer. */
  async open(): Promise<void> {
    this.redis.open();
    this.isOpen = true;
    const until = performance.now() + startMs;
    while (performance.now() < until && !this.isReachable) {
      await this.ping();
      if (!this.isReachable) await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** Pings Redis; `isReachable` and `onLost` report the result. Concurrent callers share one ping. */
  ping(): Promise<void> {
    if (!this.isOpen) return Promise.resolve();
    this.pinging ??= withTimeout(this.redis.ping(), this.times.timeoutMs)
      .then(
        () => {
          this.reachableSince ??= performance.now();
        },
        () => this.markUnreachable(),
      )
      .finally(() => {
        this.pinging = null;
      });
    return this.pinging;
  }

  markUnreachable(): void {
    this.reachableSince = null;
    this.onLost();
  }

  /** @param others The ids of the other live instances, as a renewal saw them. */
  observeInstances(others: string[], now: number): void {
    if (this.others.some((id) => !others.includes(id))) this.leftAt = now;
    this.others = others;
  }

  mayReturn(now: number): boolean {
    const quietMs = this.times.windowMs + this.times.grantMs;
    return this.reachableSince !== null && now - Math.max(this.reachableSince, this.leftAt) >= quietMs;
  }
}
