import { frameHeader, headerLimit } from "./spool-frame";
import type { Batch, Cursor } from "./spool-segments";
import { Tally } from "./tally";

type OpenBatch = { chunk: Buffer; end: number; firstSeq: number; count: number; next: Cursor; tally: Tally };
type SealedBatch = Batch & { chunk: Buffer; tally: Tally };

/** A batch is gathered in a chunk of memory, and ends with it or with so many entries. A larger turn gets a larger chunk. */
const chunkBytes = 1 << 20;
const batchEntries = 4000;
/** So much waits in memory for the database; what comes after it is read from the files. So many chunks are used again. */
const sealedBytesLimit = 16 << 20;
const freeChunks = 8;

/**
 * What was appended last, with what it counts for, ready to be copied as it stands: no file is read and no line is taken apart.
 * The files have it all; memory is bounded, and may have lost some of it or be behind.
 */
export class RecentBatches {
  private open: OpenBatch | null = null;
  private readonly sealed: SealedBatch[] = [];
  private sealedBytes = 0;
  private readonly free: Buffer[] = [];
  private readonly overwritten = Buffer.alloc(headerLimit);

  /**
   * Puts the lines of a turn behind what was gathered, once `write` has written them as a frame.
   * @returns What the batch counts for, which these entries are not yet in.
   */
  append(firstSeq: number, count: number, text: string, write: (frame: Buffer) => Cursor): Tally {
    const batch = this.roomFor(text, firstSeq);
    const length = batch.chunk.write(text, batch.end);
    batch.next = this.framed(batch, { firstSeq, count, length }, write);
    batch.end += length;
    batch.count += count;
    if (batch.count >= batchEntries) this.seal();
    return batch.tally;
  }

  /** Ends the batch that is gathered, so that it can be copied. */
  seal(): void {
    const batch = this.open;
    this.open = null;
    if (!batch || batch.count === 0) return;
    const { chunk, end, firstSeq, count, next, tally } = batch;
    if (this.sealedBytes + chunk.length > sealedBytesLimit) {
      this.reuse(chunk);
      return;
    }
    this.sealedBytes += chunk.length;
    this.sealed.push({ firstSeq, count, lines: chunk.subarray(headerLimit, end), next, chunk, tally });
  }

  /** The batch that begins right after entry `seq`, if memory has it whole. */
  after(seq: number): SealedBatch | null {
    // What was partly copied from the files, or by somebody else, fits nothing any more.
    if (this.open && this.open.firstSeq <= seq) this.seal();
    while (this.sealed[0] && this.sealed[0].firstSeq <= seq) this.dropFirst();
    const first = this.sealed[0];
    return first?.firstSeq === seq + 1 ? first : null;
  }

  /** Whether the entry after `seq` is the first of those that are gathered at this moment. */
  isOpenAfter(seq: number): boolean {
    return this.open?.firstSeq === seq + 1;
  }

  /** Says that a batch was copied. Its bytes are on their way nowhere any more and are written over. */
  copied(batch: Batch): void {
    if (this.sealed[0] === batch) this.reuse(this.dropFirst());
  }

  /** Places in the files have changed: what is appended from now on is kept again. */
  clear(): void {
    this.open = null;
    this.sealed.length = 0;
    this.sealedBytes = 0;
  }

  private dropFirst(): Buffer {
    const { chunk } = this.sealed.shift() as SealedBatch;
    this.sealedBytes -= chunk.length;
    return chunk;
  }

  private reuse(chunk: Buffer): void {
    if (chunk.length === chunkBytes && this.free.length < freeChunks) this.free.push(chunk);
  }

  private roomFor(text: string, firstSeq: number): OpenBatch {
    // A unit of UTF-16 is three bytes of UTF-8 at most.
    const most = text.length * 3;
    if (this.open && this.open.end + most > this.open.chunk.length) this.seal();
    if (this.open) return this.open;
    const chunk =
      headerLimit + most <= chunkBytes
        ? (this.free.pop() ?? Buffer.allocUnsafeSlow(chunkBytes))
        : Buffer.allocUnsafeSlow(headerLimit + Buffer.byteLength(text));
    const next = { index: 0, offset: 0 };
    this.open = { chunk, end: headerLimit, firstSeq, count: 0, next, tally: new Tally() };
    return this.open;
  }

  /** Lines of a batch stand one right behind the other. So a header stands over the end of the lines before it while it is written. */
  private framed(
    { chunk, end }: OpenBatch,
    { firstSeq, count, length }: { firstSeq: number; count: number; length: number },
    write: (frame: Buffer) => Cursor,
  ): Cursor {
    const header = frameHeader(firstSeq, count, chunk.subarray(end, end + length));
    const start = end - header.length;
    chunk.copy(this.overwritten, 0, start, end);
    chunk.write(header, start, "latin1");
    try {
      return write(chunk.subarray(start, end + length));
    } finally {
      this.overwritten.copy(chunk, start, 0, header.length);
    }
  }
}
