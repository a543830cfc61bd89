import { fdatasyncSync, ftruncateSync, mkdirSync, openSync, writeSync } from "node:fs";
import path from "node:path";
import { RecentBatches } from "./recent-batches";
import { deleteSegment, isThere, syncFolder } from "./spool-files";
import { encodeFrame } from "./spool-frame";
import { SpoolReader } from "./spool-reader";
import {
  type Batch,
  bytesAfter,
  type Cursor,
  closeSegments,
  cursorAfter,
  readBatch,
  type Segment,
  segmentName,
} from "./spool-segments";
import type { Tally } from "./tally";

/** When a segment reaches this size, a new one is started. */
const segmentBytes = 16 << 20;
/** How much disk space entries that are not copied yet may take. */
const undrainedLimit = 1 << 30;
/** How much of what was copied is kept, and for how long. */
const keptBytes = 256 << 20;
const keptMs = 10 * 60_000;

export type SpoolSettings = {
  /** The folder of all spools of this installation. */
  folder: string;
  /** Whether each append waits for the disk (ACCESS_LOG_FSYNC). */
  sync: boolean;
  /** Whether a request is answered 503 when its decision can't be logged (ACCESS_LOG_REQUIRED). */
  required: boolean;
};

/**
 * The log entries of one run of a process, in its own files. Guarantee: when `append` returns, the entries survive `kill -9`.
 * When it throws, none of them is ever copied to the log.
 */
export class Spool {
  private readonly segments: Segment[] = [];
  private readonly drainedAt = new Map<number, number>();
  private nextIndex = 1;
  private cursor: Cursor = { index: 1, offset: 0 };
  private undrainedBytes = 0;
  private readonly recent = new RecentBatches();
  /** Copied entries after this one are kept for a second reader, as long as the disk has room. */
  keptAfter = Number.POSITIVE_INFINITY;

  /** @param sync Whether each append waits for the disk, so that entries survive a power loss too (ACCESS_LOG_FSYNC). */
  constructor(
    private readonly folder: string,
    private readonly sync: boolean,
  ) {}

  /**
   * @returns The tally of the batch, to which the caller adds these entries.
   * @throws when the disk fails, after retrying in a new segment and after deleting copied segments.
   */
  append(firstSeq: number, count: number, lines: string): Tally {
    return this.recent.append(firstSeq, count, lines, (frame) => this.appendFrame(firstSeq, frame));
  }

  /** Makes everything appended so far available to `next`. */
  seal(): void {
    this.recent.seal();
  }

  /** The next entries after entry `seq`. Null when there are none, or they are not sealed. */
  next(seq: number): (Batch & { tally?: Tally }) | null {
    const recent = this.recent.after(seq);
    if (recent) return recent;
    return this.recent.isOpenAfter(seq) ? null : readBatch(this.segments, this.cursor, seq);
  }

  /** Call it after a batch was copied. */
  drained(batch: Batch, now: number): void {
    this.recent.copied(batch);
    this.cursor = batch.next;
    this.undrainedBytes = bytesAfter(this.segments, this.cursor);
    for (const { index } of this.segments)
      if (index < this.cursor.index && !this.drainedAt.has(index)) this.drainedAt.set(index, now);
  }

  /** Starts copying again after entry `seq`, because the database was restored to an earlier state. */
  rewind(seq: number): void {
    this.recent.clear();
    this.cursor = cursorAfter(this.segments, seq);
    this.undrainedBytes = bytesAfter(this.segments, this.cursor);
    for (const { index } of this.segments) if (index >= this.cursor.index) this.drainedAt.delete(index);
  }

  /** Deletes old copied segments. Recent ones are kept, because after a failover the database may lack what was copied last. */
  removeOldSegments(now: number): void {
    const old = this.segments.filter(({ index }) => this.drainedAt.has(index));
    let kept = old.reduce((sum, { bytes }) => sum + bytes, 0);
    for (const segment of old) {
      if (now - (this.drainedAt.get(segment.index) as number) < keptMs && kept <= keptBytes) return;
      if (this.isKept(segment)) return;
      kept -= segment.bytes;
      this.remove(segment);
    }
  }

  /**
   * If the current file was deleted, writes still succeed, but the file vanishes with this process. This writes everything that
   * was not copied to a new file.
   */
  restoreRemovedFile(seq: number): void {
    const current = this.segments.at(-1);
    if (!current || isThere(current)) return;
    const frames: Buffer[] = [];
    let cursor = cursorAfter(this.segments, seq);
    let last = seq;
    for (
      let batch = readBatch(this.segments, cursor, last);
      batch;
      batch = readBatch(this.segments, cursor, last)
    ) {
      frames.push(encodeFrame(batch));
      last = batch.firstSeq + batch.count - 1;
      cursor = batch.next;
    }
    const into = this.open(seq + 1);
    for (const frame of frames) this.write(into, frame);
    this.rewind(seq);
  }

  /** Reads what was appended after entry `seq`, beside the drain. */
  reader(seq: number): SpoolReader {
    return new SpoolReader(this.segments, seq);
  }

  get bytes(): number {
    return this.segments.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  close(): void {
    closeSegments(this.segments);
    this.segments.length = 0;
  }

  /** @returns Where the next frame begins. */
  private appendFrame(firstSeq: number, frame: Buffer): Cursor {
    if (this.undrainedBytes + frame.length > undrainedLimit) throw new Error("the spool is full");
    try {
      this.writeFrame(firstSeq, frame);
    } catch (error) {
      // New entries matter more than copied ones.
      if (!this.removeDrained()) throw error;
      this.writeFrame(firstSeq, frame);
    }
    this.undrainedBytes += frame.length;
    const { index, bytes } = this.segments.at(-1) as Segment;
    return { index, offset: bytes };
  }

  private writeFrame(firstSeq: number, frame: Buffer): void {
    const segment = this.segments.at(-1);
    if (!segment || segment.bytes >= segmentBytes) this.write(this.open(firstSeq), frame);
    else this.writeOrOpen(segment, firstSeq, frame);
  }

  /** Deletes segments that are no longer needed, or if there are none, all that are copied. @returns Whether that freed space. */
  private removeDrained(): boolean {
    const isDrained = ({ index }: Segment) => this.undrainedBytes === 0 || this.drainedAt.has(index);
    const drained = this.segments.filter(isDrained);
    const unneeded = drained.filter((segment) => segment.bytes > 0 && !this.isKept(segment));
    const removed = unneeded.length > 0 ? unneeded : drained;
    for (const segment of removed) this.remove(segment);
    return removed.some(({ bytes }) => bytes > 0);
  }

  private isKept(segment: Segment): boolean {
    const next = this.segments[this.segments.indexOf(segment) + 1];
    return this.keptAfter < (next ? next.firstSeq - 1 : Number.POSITIVE_INFINITY);
  }

  private remove(segment: Segment): void {
    this.segments.splice(this.segments.indexOf(segment), 1);
    this.drainedAt.delete(segment.index);
    deleteSegment(segment);
  }

  private open(firstSeq: number): Segment {
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    const index = this.nextIndex;
    const file = path.join(this.folder, segmentName(index, firstSeq));
    const segment = { path: file, fd: openSync(file, "wx+", 0o600), index, firstSeq, bytes: 0 };
    this.nextIndex += 1;
    this.segments.push(segment);
    if (this.sync) syncFolder(this.folder);
    return segment;
  }

  private writeOrOpen(segment: Segment, firstSeq: number, frame: Buffer): void {
    try {
      this.write(segment, frame);
    } catch (error) {
      // Retry with a new file, in case something is wrong with this one. If it is empty, this was the retry.
      if (segment.bytes === 0) throw error;
      this.write(this.open(firstSeq), frame);
    }
  }

  /** Writes after the valid part of the segment. Handles short writes, and truncates the remains of a failed one. */
  private write(segment: Segment, frame: Buffer): void {
    try {
      let written = 0;
      while (written < frame.length) {
        const count = writeSync(segment.fd, frame, written, frame.length - written, segment.bytes + written);
        if (count === 0) throw new Error("nothing more could be written");
        written += count;
      }
      if (this.sync) fdatasyncSync(segment.fd);
    } catch (error) {
      try {
        ftruncateSync(segment.fd, segment.bytes);
      } catch {
        // The next segment begins with the same sequence number, which makes the remains void.
      }
      throw error;
    }
    segment.bytes += frame.length;
  }
}
