import {
  type Batch,
  bytesAfter,
  type Cursor,
  cursorAfter,
  readBatch,
  type Segment,
  withoutFirst,
} from "./spool-segments";

/** Reads a spool beside the drain, at its own pace. Needs no database, and changes nothing. */
export class SpoolReader {
  private cursor: Cursor;
  /** Of a batch of which only the beginning was passed. */
  private rest: Batch | null = null;

  /**
   * @param segments The live list that the spool writer, or the code that opened the spool, keeps.
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
    return this.rest ?? readBatch(this.segments, this.cursor, this.passedSeq, limitBytes);
  }

  /** Goes on after a batch, or after an entry within it. */
  pass(batch: Batch, seq = batch.firstSeq + batch.count - 1): void {
    this.passedSeq = seq;
    this.cursor = batch.next;
    this.rest = withoutFirst(batch, seq + 1 - batch.firstSeq);
  }

  /** Goes on after an entry that can't be read: its file is gone. */
  skipTo(seq: number): void {
    this.passedSeq = seq;
    this.rest = null;
  }

  /** How much of the disk the rest takes. */
  get bytes(): number {
    return bytesAfter(this.segments, this.cursor) + (this.rest?.lines.length ?? 0);
  }

  /** Goes on with the next file. Without one, stays and returns false. */
  skipFile(): boolean {
    const next = this.segments.find(
      ({ index, firstSeq }) => index > this.cursor.index && firstSeq > this.passedSeq + 1,
    );
    if (!next) return false;
    this.passedSeq = next.firstSeq - 1;
    this.rest = null;
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
