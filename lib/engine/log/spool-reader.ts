import { type Batch, bytesAfter, type Cursor, cursorAfter, readBatch, type Segment } from "./spool-segments";

/** Reads a spool beside the drain, at its own pace. Needs no database, and changes nothing. */
export class SpoolReader {
  private cursor: Cursor;

  /**
   * @param segments The live list of whoever writes or opened the spool.
   * @param seq The last entry that was read before.
   */
  constructor(
    private readonly segments: readonly Segment[],
    private passedSeq: number,
  ) {
    this.cursor = cursorAfter(segments, passedSeq);
  }

  /** The last entry that was passed. */
  get seq(): number {
    return this.passedSeq;
  }

  /** The next entries. The first doesn't follow `seq` if files were deleted. Null if there are none. */
  next(limitBytes: number): Batch | null {
    return readBatch(this.segments, this.cursor, this.passedSeq, limitBytes);
  }

  /** Goes on after a batch, or after an entry within it. */
  pass({ firstSeq, count, next }: Batch, seq = firstSeq + count - 1): void {
    this.passedSeq = seq;
    if (seq === firstSeq + count - 1) this.cursor = next;
  }

  /** Goes on after an entry that can't be read: its file is gone. */
  skipTo(seq: number): void {
    this.passedSeq = seq;
  }

  /** How much of the disk the rest takes. */
  get bytes(): number {
    return bytesAfter(this.segments, this.cursor);
  }

  /** Goes on with the next file. Without one, stays and returns false. */
  skipFile(): boolean {
    const next = this.segments.find(
      ({ index, firstSeq }) => index > this.cursor.index && firstSeq > this.passedSeq + 1,
    );
    if (!next) return false;
    this.passedSeq = next.firstSeq - 1;
    this.cursor = { index: next.index, offset: 0 };
    return true;
  }

  /** Reads to the end. @returns Whether there was anything. */
  skipRest(): boolean {
    const before = this.passedSeq;
    for (let batch = this.next(1 << 20); batch; batch = this.next(1 << 20)) this.pass(batch);
    return this.passedSeq > before;
  }
}
