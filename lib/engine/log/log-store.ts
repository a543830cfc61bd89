import type { Batch } from "./spool-segments";
import type { Tally } from "./tally";

/** How far a writer has come when one of its batches is appended. */
export type Progress = {
  /** The last number that the log is thought to have. */
  drainedSeq: number;
  appendedSeq: number;
  /** No entry after the batch will be at or before this moment; null unless the batch is the last. */
  frontier: string | null;
  /** What the batch counts for, if memory still has it; otherwise it is read from the lines. */
  tally: Tally | null;
};

/** The store's time, and the latest frontier of any writer, in milliseconds since 1970. */
export type LogClock = { databaseMs: number; frontierMs: number };

/** The store has a writer's entries up to another number than thought; nothing was appended. Null: it knows no such writer. */
export class WatermarkMoved extends Error {
  constructor(readonly drainedSeq: number | null) {
    super(`the log has this writer's entries up to ${drainedSeq ?? "nothing"}`);
  }
}

/** Where entries are kept for good. Everything rejects when the store doesn't answer in time; the outcome is then unknown. */
export type LogStore = {
  /** Makes a writer known, then reads the clock: no reader was told of a later frontier without seeing this writer. */
  join(writer: string): Promise<LogClock>;
  /**
   * Says that a writer is alive.
   * @param frontier No later entry will be at or before it; null leaves it where it is.
   * @returns Null where the store knows no such writer.
   */
  renew(writer: string, appendedSeq: number, frontier: string | null): Promise<LogClock | null>;
  /**
   * Appends a batch and counts it, together with the writer's number: no entry is ever there twice.
   * @throws WatermarkMoved where the batch does not follow what the log has.
   */
  append(writer: string, batch: Batch, progress: Progress): Promise<void>;
  /** Readers no longer wait for this writer. */
  close(writer: string): Promise<void>;
};
