import type { Batch } from "./spool-segments";
import type { Tally } from "./tally";

/** A writer's progress, sent with each batch. */
export type Progress = {
  /** The last sequence number that the store has, as far as we know. */
  drainedSeq: number;
  appendedSeq: number;
  /** No entry after the batch will have this timestamp or an earlier one. Null unless the batch is the last. */
  frontier: string | null;
  /** The counts of the batch if they are in memory. Otherwise they are read from its lines. */
  tally: Tally | null;
};

/** The store's time and the latest frontier of all writers, in milliseconds since 1970. */
export type LogClock = { databaseMs: number; frontierMs: number };

/** The writer's watermark is not where we thought, so nothing was appended. Null when the store doesn't know the writer. */
export class WatermarkMoved extends Error {
  constructor(readonly drainedSeq: number | null) {
    super(`the log has this writer's entries up to ${drainedSeq ?? "nothing"}`);
  }
}

/** Permanent storage of log entries. Every method rejects when the store doesn't answer in time; the outcome is then unknown. */
export type LogStore = {
  /** Registers a writer, then reads the clock. In this order, no reader can have seen a later frontier without this writer. */
  join(writer: string): Promise<LogClock>;
  /**
   * The heartbeat of a writer.
   * @param frontier No later entry will have this timestamp or an earlier one. Null leaves the frontier unchanged.
   * @returns Null when the store doesn't know the writer.
   */
  renew(writer: string, appendedSeq: number, frontier: string | null): Promise<LogClock | null>;
  /**
   * Appends a batch, counts it and advances the writer's watermark, atomically. So no entry is ever stored twice.
   * @throws WatermarkMoved when the batch doesn't follow what the store has.
   */
  append(writer: string, batch: Batch, progress: Progress): Promise<void>;
  /** Unregisters a writer: readers no longer wait for it. */
  close(writer: string): Promise<void>;
};
