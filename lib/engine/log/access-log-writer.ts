import { randomUUID } from "node:crypto";
import path from "node:path";
import type { Logger } from "pino";
import { AppError } from "@/lib/contracts/app-error";
import type { KeyFormats } from "../keys/key-format";
import { CopyWaiters } from "./copy-waiters";
import { encodeLine, maskSecrets, type NewEntry } from "./entry-line";
import { LogCounts } from "./log-counts";
import { type LogStore, WatermarkMoved } from "./log-store";
import { Spool, type SpoolSettings } from "./spool";
import { writeOwner } from "./spool-owner";
import type { Tally } from "./tally";
import { WriterRow } from "./writer-row";

type Waiting = { entry: NewEntry; done: (error: AppError | null) => void; since: number };

/** How long entries wait in the spool, so that many are copied together. */
const drainMs = 250;
const heartbeatMs = 500;
const settledMs = 1000;

/**
 * Writes the access log: first to this process's spool on disk, from there into the store. Guarantees:
 * - `append` resolves after the entry is in the spool, so the entry of an answered request survives `kill -9`.
 * - An entry is identified by (writer, seq). A writer is one run of a process; its sequence numbers have no gaps. Its timestamps
 *   follow the database's clock and strictly increase.
 * - No entry is ever added at or before its writer's `frontier_at`.
 * - Secrets in the entry's texts are masked.
 */
export class AccessLogWriter {
  readonly writerId = randomUUID();
  readonly spool: Spool;
  private readonly row: WriterRow;
  private seq = 0;
  private drainedSeq = 0;
  private waiting: Waiting[] = [];
  private draining: Promise<void> | null = null;
  private drainTimer: NodeJS.Timeout | null = null;
  private heartbeat: NodeJS.Timeout | null = null;
  private heartbeatInFlight: Promise<void> | null = null;
  private readonly settling = new CopyWaiters();
  private joined = false;
  private closed = false;
  private broken = false;
  readonly counts = new LogCounts();
  /** Entries that the spool could not take. Their decisions were answered 503, or went unlogged. */
  refused = 0;

  constructor(
    private readonly store: LogStore,
    private readonly log: Logger,
    private readonly settings: SpoolSettings,
    private readonly keyFormats: KeyFormats,
  ) {
    this.spool = new Spool(path.join(settings.folder, this.writerId), settings.sync);
    this.row = new WriterRow(store, this.writerId);
  }

  /** Registers this writer. @throws when the database or the disk fails. */
  async start(): Promise<void> {
    writeOwner(path.join(this.settings.folder, this.writerId));
    await this.row.join();
    this.joined = true;
    this.heartbeat = setInterval(() => {
      // One at a time, so that heartbeats don't use up all connections while the database hangs.
      this.heartbeatInFlight ??= this.sendHeartbeat().finally(() => {
        this.heartbeatInFlight = null;
      });
    }, heartbeatMs);
    this.heartbeat.unref();
  }

  /** Whether the last write to the spool succeeded. */
  get healthy(): boolean {
    return this.joined && !this.broken;
  }

  /** The number of the last entry. */
  get appendedSeq(): number {
    return this.seq;
  }

  /** How many entries are in the spool but not yet in the store. */
  get undrained(): number {
    return this.seq - this.drainedSeq;
  }

  append(entry: NewEntry): Promise<void> {
    return new Promise((resolve, reject) => {
      this.enqueue(entry, (error) => (error ? reject(error) : resolve()));
    });
  }

  /**
   * Like `append`, with a callback, which is called once in a later turn of the event loop. Changes the entry: masks secrets.
   * @param since When its decision began, by performance.now(). 0 if it isn't measured.
   */
  enqueue(entry: NewEntry, done: (error: AppError | null) => void, since = 0): void {
    maskSecrets(entry, this.keyFormats);
    // Wait for the end of this turn of the event loop, so that its decisions share one write.
    if (this.waiting.length === 0) setImmediate(() => this.flush());
    this.waiting.push({ entry, done, since });
  }

  /** Resolves when everything appended so far is in the store, or after a second. */
  settled(): Promise<void> {
    if (this.drainedSeq >= this.seq && this.waiting.length === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, settledMs);
      // First let the waiting entries get their sequence numbers.
      setImmediate(() => {
        this.settling.add(this.seq, () => {
          clearTimeout(timer);
          resolve();
        });
        void this.drain();
      });
    });
  }

  /** Copies the rest and unregisters, so that the watermark doesn't wait for this writer. What can't be copied stays on disk. */
  async close(): Promise<void> {
    if (this.heartbeat) clearInterval(this.heartbeat);
    // A heartbeat in flight would reopen the writer's row.
    await this.heartbeatInFlight;
    await new Promise((resolve) => setImmediate(resolve));
    this.closed = true;
    if (this.drainTimer) clearTimeout(this.drainTimer);
    await this.drain();
    if (this.drainedSeq < this.seq) await this.drain();
    if (this.drainedSeq === this.seq) await this.row.close();
    else
      this.log.warn(
        { entries: this.undrained },
        "some access log entries remain on disk until the next start; keep DATA_DIR until then",
      );
    this.spool.close();
  }

  /** Writes the entries of one turn at once, then calls their callbacks. */
  private flush(): void {
    const batch = this.waiting;
    this.waiting = [];
    const error = this.write(batch);
    const now = performance.now();
    for (const { since } of batch) if (since > 0) this.counts.latencies.add(now - since);
    for (const { done } of batch) this.callBack(done, error);
    if (!error && !this.closed) this.drainTimer ??= setTimeout(() => void this.drain(), drainMs).unref();
  }

  /** A callback that throws must not prevent the others. */
  private callBack(done: Waiting["done"], error: AppError | null): void {
    try {
      done(error);
    } catch (failure) {
      this.log.error(
        { error: failure },
        "answering a request after its log entry failed because of a mistake in Keyward; report it with this line",
      );
    }
  }

  private write(batch: Waiting[]): AppError | null {
    if (this.closed) return unavailable();
    const first = this.row.nextTimes(batch.length);
    let lines = "";
    for (const [index, { entry }] of batch.entries())
      lines += encodeLine(entry, first + index, this.writerId, this.seq + 1 + index);
    let tally: Tally;
    try {
      tally = this.spool.append(this.seq + 1, batch.length, lines);
    } catch (error) {
      return this.cannotWrite(error as Error, batch.length);
    }
    for (const [index, { entry }] of batch.entries()) {
      tally.add(entry, first + index);
      this.counts.add(entry);
    }
    this.seq += batch.length;
    if (this.broken) this.log.info({ refused: this.refused }, "writing the access log works again");
    this.broken = false;
    return null;
  }

  private cannotWrite(error: Error, entries: number): AppError | null {
    this.refused += entries;
    if (!this.broken)
      this.log.error(
        { error: error.message },
        "writing the access log to disk failed; free or repair the disk of DATA_DIR. Until then requests are 503 unless ACCESS_LOG_REQUIRED is 0",
      );
    this.broken = true;
    return this.settings.required ? unavailable() : null;
  }

  /** Drains run one at a time; concurrent callers share one. Never rejects. */
  private drain(): Promise<void> {
    if (this.drainTimer) clearTimeout(this.drainTimer);
    this.drainTimer = null;
    this.draining ??= this.drainAll()
      .then(() => (this.settling.isEmpty ? drainMs : 0))
      .catch((error: Error) => {
        this.log.warn(
          { error: error.message, entries: this.undrained },
          "copying the access log into the database failed and is tried again; see whether the database is reachable and has room. Entries wait on disk",
        );
        return heartbeatMs;
      })
      .then((pause) => {
        this.draining = null;
        if (this.drainedSeq < this.seq && !this.closed)
          this.drainTimer ??= setTimeout(() => void this.drain(), pause).unref();
      });
    return this.draining;
  }

  private async drainAll(): Promise<void> {
    this.spool.restoreRemovedFile(this.drainedSeq);
    // Entries that are appended from now on wait for the next drain, unless their batch is full.
    this.spool.seal();
    for (let batch = this.spool.next(this.drainedSeq); batch; batch = this.spool.next(this.drainedSeq)) {
      const last = batch.firstSeq + batch.count - 1;
      const progress = {
        drainedSeq: this.drainedSeq,
        appendedSeq: this.seq,
        frontier: last === this.seq ? this.row.nextTime() : null,
        tally: batch.tally ?? null,
      };
      try {
        await this.store.append(this.writerId, batch, progress);
      } catch (error) {
        if (!(error instanceof WatermarkMoved)) throw error;
        await this.followWatermark(error.drainedSeq);
        continue;
      }
      this.drainedSeq = last;
      this.spool.drained(batch, performance.now());
      this.settling.copiedUpTo(this.drainedSeq);
    }
  }

  /** Another process drained this spool, or the database was restored to an earlier state. The database is right. */
  private async followWatermark(drainedSeq: number | null): Promise<void> {
    if (drainedSeq === null) await this.row.join();
    this.drainedSeq = drainedSeq ?? 0;
    this.spool.rewind(this.drainedSeq);
    this.settling.copiedUpTo(this.drainedSeq);
  }

  /** Keeps this writer registered, and advances its frontier when everything is copied. */
  private async sendHeartbeat(): Promise<void> {
    try {
      this.spool.restoreRemovedFile(this.drainedSeq);
      this.spool.removeOldSegments(performance.now());
      const idle = this.drainedSeq === this.seq && this.waiting.length === 0;
      const known = await this.row.renew(this.seq, idle ? this.row.nextTime() : null);
      if (!known) await this.followWatermark(null);
    } catch (error) {
      this.log.warn(
        { error: (error as Error).message },
        "the heartbeat of the access log failed and is tried again; if that repeats, see whether the database is reachable",
      );
    }
  }
}

function unavailable(): AppError {
  return new AppError("unavailable", "The access log cannot be written right now. Try again shortly.", {
    retryAfterSeconds: 1,
  });
}
