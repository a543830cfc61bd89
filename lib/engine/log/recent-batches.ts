import { frameHeader, headerLimit } from "./spool-frame";
import type { Batch, Cursor } from "./spool-segments";
import { Tally } from "./tally";

type OpenBatch = { chunk: Buffer; end: number; firstSeq: number; count: number; next: Cursor; tally: Tally };
type SealedBatch = Batch & { chunk: Buffer; tally: Tally };

/** A batch ends when its chunk of memory is full or it has this many entries. A larger write gets a larger chunk. */
const chunkBytes = 1 << 20;
const batchEntries = 4000;
/** How much waits in memory for the database. Beyond that, batches are read from the files. */
const sealedBytesLimit = 16 << 20;
/** How many unused chunks are kept for reuse. */
const freeChunks = 8;

/**
 * Keeps what was appended last in memory with its counts, so that it can be copied without reading a file or parsing a line. Only
 * a cache: the files have everything, and memory may have lost some of it.
 */
export class RecentBatches {
  private open: OpenBatch | null = null;
  private readonly sealed: SealedBatch[] = [];
  private sealedBytes = 0;
  private readonly free: Buffer[] = [];
  private readonly overwritten = Buffer.alloc(headerLimit);

  /**
   * Adds the lines of one write to the open batch, after `write` has written them to the file as a frame.
   * @returns The tally of the batch, to which the caller adds these entries.
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

  /** Closes the open batch, so that it can be copied. */
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

  /** The sealed batch that begins right after entry `seq`, if memory has it. */
  after(seq: number): SealedBatch | null {
    // A batch of which a part was copied from the files, or by another process, is of no use any more.
    if (this.open && this.open.firstSeq <= seq) this.seal();
    while (this.sealed[0] && this.sealed[0].firstSeq <= seq) this.dropFirst();
    const first = this.sealed[0];
    return first?.firstSeq === seq + 1 ? first : null;
  }

  /** Whether the entry after `seq` is the first of the open batch. */
  isOpenAfter(seq: number): boolean {
    return this.open?.firstSeq === seq + 1;
  }

  /** Call it after a batch was copied. Its memory is reused, so nothing may read it any more. */
  copied(batch: Batch): void {
    if (this.sealed[0] === batch) this.reuse(this.dropFirst());
  }

  /** Forgets everything, because places in the files have changed. */
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
    // A UTF-16 code unit takes at most three bytes in UTF-8.
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

  /**
   * Writes a frame without copying its lines. The lines of a batch are contiguous in memory, so the header temporarily overwrites
   * the end of the lines before it.
   */
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
