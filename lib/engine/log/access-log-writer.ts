import { randomUUID } from "node:crypto";
import path from "node:path";
import type { Logger } from "pino";
import { AppError } from "@/lib/contracts/app-error";
import type { KeyFormats } from "../keys/key-format";
import { CopyWaiters } from "./copy-waiters";
import { encodeLine, type NewEntry } from "./entry-line";
import { type LogStore, WatermarkMoved } from "./log-store";
import { maskSecrets } from "./mask-secrets";
import { Spool } from "./spool";
import { writeOwner } from "./spool-owner";
import type { Tally } from "./tally";
import { WriterRow } from "./writer-row";

type Waiting = { entry: NewEntry; done: (error: AppError | null) => void };

/** Entries copied together wait this long for one another; a writer says this often that it is there. */
const drainMs = 250;
const heartbeatMs = 500;
const settledMs = 1000;

export type SpoolSettings = {
  /** The folder of all spools of this installation. */
  folder: string;
  /** Whether each append waits for the disk (ACCESS_LOG_FSYNC). */
  sync: boolean;
  /** Whether a decision that cannot be logged is refused (ACCESS_LOG_REQUIRED). */
  required: boolean;
};

/**
 * Writes the access log: to a spool of this process first, from there into PostgreSQL. Guarantees:
 * - `append` is answered after the entry is in the spool, so an answered request's entry survives a `kill -9`.
 * - An entry is (writer, seq); a writer is one process life, and its numbers have no holes. Its times are the database's as far
 *   as this process knows them, and only rise.
 * - Nothing ever appears at or before a writer's `frontier_at`.
 * - No text of an entry holds anything shaped like a secret.
 */
export class AccessLogWriter {
  readonly writerId = randomUUID();
  private readonly spool: Spool;
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
  /** Decisions that were refused, or let go unlogged, because the spool took no more. */
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

  /** Joins the log. @throws where the database or the disk refuses. */
  async start(): Promise<void> {
    writeOwner(path.join(this.settings.folder, this.writerId));
    await this.row.join();
    this.joined = true;
    this.heartbeat = setInterval(() => {
      // One at a time: while the database hangs, heartbeats must not take its connections one after the other.
      this.heartbeatInFlight ??= this.sendHeartbeat().finally(() => {
        this.heartbeatInFlight = null;
      });
    }, heartbeatMs);
    this.heartbeat.unref();
  }

  /** Whether the spool took what it was last given. */
  get healthy(): boolean {
    return this.joined && !this.broken;
  }

  /** Entries that are in the spool and not yet in PostgreSQL. */
  get undrained(): number {
    return this.seq - this.drainedSeq;
  }

  append(entry: NewEntry): Promise<void> {
    return new Promise((resolve, reject) => {
      this.enqueue(entry, (error) => (error ? reject(error) : resolve()));
    });
  }

  /** As `append`, without a promise. `done` is called once, in a later turn of the event loop. The entry is the log's from here on. */
  enqueue(entry: NewEntry, done: (error: AppError | null) => void): void {
    maskSecrets(entry, this.keyFormats);
    // One turn of the event loop is waited for, so that the decisions of a turn share one write.
    if (this.waiting.length === 0) setImmediate(() => this.flush());
    this.waiting.push({ entry, done });
  }

  /** Resolves when all that was appended before is in PostgreSQL, or after a second: then the log says up to when it is complete. */
  settled(): Promise<void> {
    if (this.drainedSeq >= this.seq && this.waiting.length === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, settledMs);
      // What waits at this moment gets its numbers first.
      setImmediate(() => {
        this.settling.add(this.seq, () => {
          clearTimeout(timer);
          resolve();
        });
        void this.drain();
      });
    });
  }

  /** Copies what is left, then leaves, so that "complete up to" need not wait for this process. What cannot be copied stays on disk. */
  async close(): Promise<void> {
    if (this.heartbeat) clearInterval(this.heartbeat);
    // A heartbeat under way would open again what is closed below.
    await this.heartbeatInFlight;
    await new Promise((resolve) => setImmediate(resolve));
    this.closed = true;
    if (this.drainTimer) clearTimeout(this.drainTimer);
    await this.drain();
    if (this.drainedSeq < this.seq) await this.drain();
    if (this.drainedSeq === this.seq) await this.row.close();
    else
      this.log.warn({ entries: this.undrained }, "part of the access log waits on disk for the next start");
    this.spool.close();
  }

  /** Everything of a turn in one write, then all answers. */
  private flush(): void {
    const batch = this.waiting;
    this.waiting = [];
    const error = this.write(batch);
    for (const { done } of batch) this.callBack(done, error);
    if (!error && !this.closed) this.drainTimer ??= setTimeout(() => void this.drain(), drainMs).unref();
  }

  /** One answer that cannot be given must not keep the others of its turn. */
  private callBack(done: Waiting["done"], error: AppError | null): void {
    try {
      done(error);
    } catch (failure) {
      this.log.error({ error: failure }, "an answer could not be given");
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
    for (const [index, { entry }] of batch.entries()) tally.add(entry, first + index);
    this.seq += batch.length;
    if (this.broken) this.log.info({ refused: this.refused }, "the access log can be written again");
    this.broken = false;
    return null;
  }

  private cannotWrite(error: Error, entries: number): AppError | null {
    this.refused += entries;
    if (!this.broken) this.log.error({ error: error.message }, "the access log cannot be written to disk");
    this.broken = true;
    return this.settings.required ? unavailable() : null;
  }

  /** One at a time; whoever asks meanwhile shares it. Never rejects. */
  private drain(): Promise<void> {
    if (this.drainTimer) clearTimeout(this.drainTimer);
    this.drainTimer = null;
    this.draining ??= this.drainAll()
      .then(() => (this.settling.isEmpty ? drainMs : 0))
      .catch((error: Error) => {
        this.log.warn(
          { error: error.message, entries: this.undrained },
          "the access log could not be copied",
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
    // What is appended meanwhile is left for the next time, but for batches that are full.
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

  /** Another drainer was here, or the database is an earlier one than before: its word counts. */
  private async followWatermark(drainedSeq: number | null): Promise<void> {
    if (drainedSeq === null) await this.row.join();
    this.drainedSeq = drainedSeq ?? 0;
    this.spool.rewind(this.drainedSeq);
    this.settling.copiedUpTo(this.drainedSeq);
  }

  /** Says that this writer is there and, where all is copied, moves its frontier on. */
  private async sendHeartbeat(): Promise<void> {
    try {
      this.spool.restoreRemovedFile(this.drainedSeq);
      this.spool.removeOldSegments(performance.now());
      const idle = this.drainedSeq === this.seq && this.waiting.length === 0;
      const known = await this.row.renew(this.seq, idle ? this.row.nextTime() : null);
      if (!known) await this.followWatermark(null);
    } catch (error) {
      this.log.warn({ error: (error as Error).message }, "the access log's frontier could not be moved");
    }
  }
}

function unavailable(): AppError {
  return new AppError("unavailable", "The access log cannot be written right now. Try again shortly.", {
    retryAfterSeconds: 1,
  });
}
