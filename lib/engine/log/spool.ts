import {
  closeSync,
  fdatasyncSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  statSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import path from "node:path";
import { RecentBatches } from "./recent-batches";
import { encodeFrame } from "./spool-frame";
import {
  type Batch,
  type Cursor,
  closeSegments,
  cursorAfter,
  readBatch,
  type Segment,
  segmentName,
} from "./spool-segments";
import type { Tally } from "./tally";

/** A segment is full at this size; what nobody has copied yet may take this much disk; what was copied stays for as long. */
const segmentBytes = 16 << 20;
const undrainedLimit = 1 << 30;
const keptBytes = 256 << 20;
const keptMs = 10 * 60_000;

/**
 * What one process life has appended to the log, in files of its own. Guarantee: when `append` returns, the entries survive a
 * `kill -9`; when it throws, none of them will ever count.
 */
export class Spool {
  private readonly segments: Segment[] = [];
  private readonly drainedAt = new Map<number, number>();
  private nextIndex = 1;
  private cursor: Cursor = { index: 1, offset: 0 };
  private undrainedBytes = 0;
  private readonly recent = new RecentBatches();

  /** @param sync Whether each append waits for the disk, so that a power loss takes nothing either (ACCESS_LOG_FSYNC). */
  constructor(
    private readonly folder: string,
    private readonly sync: boolean,
  ) {}

  /**
   * @returns What the batch of these entries counts for: they are to be added to it.
   * @throws where the disk does not take it, after more tries: in a new segment, and without the segments that were copied.
   */
  append(firstSeq: number, count: number, lines: string): Tally {
    return this.recent.append(firstSeq, count, lines, (frame) => this.appendFrame(firstSeq, frame));
  }

  /** Makes all that was appended until now ready to be copied. */
  seal(): void {
    this.recent.seal();
  }

  /** The next entries that were not copied, after entry `seq`; null where there are none, or they are not sealed. */
  next(seq: number): (Batch & { tally?: Tally }) | null {
    const recent = this.recent.after(seq);
    if (recent) return recent;
    return this.recent.isOpenAfter(seq) ? null : readBatch(this.segments, this.cursor, seq);
  }

  /** Says that a batch, and so everything before it, was copied. */
  drained(batch: Batch, now: number): void {
    this.recent.copied(batch);
    this.cursor = batch.next;
    this.undrainedBytes = this.bytesAfter(this.cursor);
    for (const { index } of this.segments)
      if (index < this.cursor.index && !this.drainedAt.has(index)) this.drainedAt.set(index, now);
  }

  /** The database has gone back to an earlier moment: what is still here from then on is copied again. */
  rewind(seq: number): void {
    this.recent.clear();
    this.cursor = cursorAfter(this.segments, seq);
    this.undrainedBytes = this.bytesAfter(this.cursor);
    for (const { index } of this.segments) if (index >= this.cursor.index) this.drainedAt.delete(index);
  }

  /** Copied segments are kept a while: a standby that takes over may lack what was copied last. */
  removeOldSegments(now: number): void {
    const old = this.segments.filter(({ index }) => this.drainedAt.has(index));
    let kept = old.reduce((sum, { bytes }) => sum + bytes, 0);
    for (const segment of old) {
      if (now - (this.drainedAt.get(segment.index) as number) < keptMs && kept <= keptBytes) return;
      kept -= segment.bytes;
      this.remove(segment);
    }
  }

  /**
   * Where somebody took the file away, writing goes on without an error, into a file that ends with this process. Then what was
   * not copied is written once more, to a new file.
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

  close(): void {
    closeSegments(this.segments);
    this.segments.length = 0;
  }

  /** @returns The place behind the frame. */
  private appendFrame(firstSeq: number, frame: Buffer): Cursor {
    if (this.undrainedBytes + frame.length > undrainedLimit) throw new Error("the spool is full");
    try {
      this.writeFrame(firstSeq, frame);
    } catch (error) {
      // Nothing that was copied is worth more than the entries of now.
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

  /** @returns Whether that made room. */
  private removeDrained(): boolean {
    const isDrained = ({ index }: Segment) => this.undrainedBytes === 0 || this.drainedAt.has(index);
    const drained = this.segments.filter(isDrained);
    for (const segment of drained) this.remove(segment);
    return drained.some(({ bytes }) => bytes > 0);
  }

  private remove(segment: Segment): void {
    this.segments.splice(this.segments.indexOf(segment), 1);
    this.drainedAt.delete(segment.index);
    closeSync(segment.fd);
    try {
      unlinkSync(segment.path);
    } catch {
      // Something else removed the file.
    }
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
      // A new file helps where this one is at fault. An empty one was that second try already.
      if (segment.bytes === 0) throw error;
      this.write(this.open(firstSeq), frame);
    }
  }

  /** Writes at the end of what counts: a write may be short without an error, and leftovers of a failed one are cut off. */
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
        // Then the next segment, which begins with the same number, makes the leftovers void.
      }
      throw error;
    }
    segment.bytes += frame.length;
  }

  private bytesAfter({ index, offset }: Cursor): number {
    let bytes = 0;
    for (const segment of this.segments) {
      if (segment.index === index) bytes += segment.bytes - offset;
      else if (segment.index > index) bytes += segment.bytes;
    }
    return bytes;
  }
}

function isThere(segment: Segment): boolean {
  try {
    return fstatSync(segment.fd).nlink > 0 && statSync(segment.path).ino === fstatSync(segment.fd).ino;
  } catch {
    return false;
  }
}

function syncFolder(folder: string): void {
  const fd = openSync(folder, "r");
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
