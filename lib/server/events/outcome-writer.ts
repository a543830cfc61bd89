import { setTimeout as wait } from "node:timers/promises";
import type { Logger } from "pino";
import { DatabaseError } from "@/lib/engine/postgres/client";
import { type AttemptOutcome, storeAttempts } from "./delivery-store";
import { pauseAfterFailures } from "./pause-subscription";

type Ended = { outcome: AttemptOutcome; whenStored: () => void };

const retryMs = 1_000;

/**
 * Stores the outcomes of attempts. Those that end while others are being stored are stored together. While the database is away they
 * wait here; the caller bounds how many, because it counts each until `whenStored`.
 */
export class OutcomeWriter {
  private ended: Ended[] = [];
  private writing: Promise<void> | null = null;

  constructor(
    private readonly log: Logger,
    /** Then nothing is tried again. */
    private readonly abort: AbortSignal,
  ) {}

  add(ended: Ended): void {
    this.ended.push(ended);
    this.writing ??= this.writeAll();
  }

  async finish(): Promise<void> {
    while (this.writing) await this.writing;
  }

  private async writeAll(): Promise<void> {
    // Attempts of the same turn of the event loop.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.ended.length > 0) {
      const batch = this.takeBatch();
      const outcomes = batch.map(({ outcome }) => outcome);
      if (await this.store(outcomes)) await this.pause(outcomes);
      for (const { whenStored } of batch) whenStored();
    }
    // At once: an attempt that ends later must start the next round.
    this.writing = null;
  }

  /** One of each delivery: one statement can change a row once. */
  private takeBatch(): Ended[] {
    const ids = new Set<string>();
    const batch: Ended[] = [];
    const later: Ended[] = [];
    for (const ended of this.ended) {
      (ids.has(ended.outcome.id) ? later : batch).push(ended);
      ids.add(ended.outcome.id);
    }
    this.ended = later;
    return batch;
  }

  /** @returns Whether they are stored. Those that aren't are sent again. */
  private async store(outcomes: AttemptOutcome[]): Promise<boolean> {
    for (;;) {
      try {
        await storeAttempts(outcomes);
        return true;
      } catch (error) {
        const { message } = error as Error;
        this.log.warn(
          { error: message, attempts: outcomes.length },
          "storing deliveries failed and is tried again; if that repeats, see whether the database is reachable",
        );
        if (this.abort.aborted) return false;
        if (isAboutData(error)) {
          if (outcomes.length === 1) return false;
          // One that can't be stored must not keep the others.
          for (const outcome of outcomes) await this.store([outcome]);
          return true;
        }
        await wait(retryMs, undefined, { signal: this.abort }).catch(() => {});
      }
    }
  }

  private async pause(outcomes: AttemptOutcome[]): Promise<void> {
    try {
      await pauseAfterFailures(outcomes);
    } catch (error) {
      this.log.warn(
        { error: (error as Error).message },
        "pausing subscriptions failed; the next failed attempt tries again. If that repeats, see whether the database is reachable",
      );
    }
  }
}

/** SQLSTATE classes 22 and 23: the same values fail again. */
function isAboutData(error: unknown): boolean {
  return error instanceof DatabaseError && /^2[23]/.test(error.code ?? "");
}
