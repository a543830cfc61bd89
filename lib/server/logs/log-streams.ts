import { AppError } from "@/lib/contracts/app-error";

/** Of a workspace, in each process. */
const mostStreams = 10;
const pollMs = 200;

/**
 * The live views of the log in this process. One poll asks for all of them up to when the log is complete; without live views nothing
 * is asked.
 */
export class LogStreams {
  private readonly open = new Map<string, number>();
  private waiting: { after: number; resolve: (upTo: Date | null) => void }[] = [];
  private polling: NodeJS.Timeout | null = null;
  private readonly ending = new AbortController();

  constructor(private readonly findCompleteUpTo: () => Promise<Date>) {}

  /** Aborted when the process stops. */
  get stopped(): AbortSignal {
    return this.ending.signal;
  }

  get size(): number {
    let size = 0;
    for (const count of this.open.values()) size += count;
    return size;
  }

  /** @returns What to call at the end of the stream. @throws AppError `rate_limit_exceeded` */
  begin(workspaceId: string): () => void {
    const count = this.open.get(workspaceId) ?? 0;
    if (count >= mostStreams)
      throw new AppError(
        "rate_limit_exceeded",
        `This workspace already has ${mostStreams} live views of its access log. Close one, then try again.`,
        { retryAfterSeconds: 5 },
      );
    this.open.set(workspaceId, count + 1);
    let ended = false;
    return () => {
      if (ended) return;
      ended = true;
      const left = (this.open.get(workspaceId) ?? 1) - 1;
      if (left > 0) this.open.set(workspaceId, left);
      else this.open.delete(workspaceId);
    };
  }

  /** Resolves with the moment up to which the log is complete, once it is later than `after`; with null after `timeoutMs`. */
  completeAfter(after: Date, timeoutMs: number): Promise<Date | null> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => settle(null), timeoutMs).unref();
      const waiter = { after: after.getTime(), resolve: (upTo: Date | null) => settle(upTo) };
      const settle = (upTo: Date | null) => {
        clearTimeout(timer);
        this.waiting = this.waiting.filter((other) => other !== waiter);
        resolve(upTo);
      };
      this.waiting.push(waiter);
      this.polling ??= setTimeout(() => void this.poll(), pollMs).unref();
    });
  }

  /** Ends all streams, and refuses new ones. */
  stop(): void {
    this.ending.abort();
    for (const { resolve } of [...this.waiting]) resolve(null);
  }

  private async poll(): Promise<void> {
    try {
      const completeUpTo = await this.findCompleteUpTo();
      for (const { after, resolve } of [...this.waiting])
        if (completeUpTo.getTime() > after) resolve(completeUpTo);
    } catch {
      // The database is away. Streams wait, and are ended when they can't be judged.
    }
    this.polling = this.waiting.length > 0 ? setTimeout(() => void this.poll(), pollMs).unref() : null;
  }
}
