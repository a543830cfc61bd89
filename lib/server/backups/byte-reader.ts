/** Takes exact numbers of bytes from a stream. Holds little more than was asked for, so the stream may have any length. */
export class ByteReader {
  private readonly source: AsyncIterator<Uint8Array>;
  private held: Buffer = Buffer.alloc(0);
  private ended = false;

  constructor(source: AsyncIterable<Uint8Array>) {
    this.source = source[Symbol.asyncIterator]();
  }

  /** @returns So many bytes; fewer only at the end. */
  async take(count: number): Promise<Buffer> {
    await this.fill(count);
    const taken = this.held.subarray(0, count);
    this.held = this.held.subarray(taken.length);
    return taken;
  }

  /** @returns The text before the next line feed, which is taken too. Null if there is none within `limit` bytes. */
  async takeLine(limit: number): Promise<string | null> {
    for (let wanted = 1; ; wanted = this.held.length + 1) {
      await this.fill(wanted);
      const end = this.held.indexOf(10);
      if (end >= 0 && end <= limit) return (await this.take(end + 1)).toString("latin1", 0, end);
      if (this.held.length > limit || this.ended) return null;
    }
  }

  /** Whether the next bytes are these. Takes nothing. */
  async startsWith(bytes: Buffer): Promise<boolean> {
    await this.fill(bytes.length);
    return this.held.subarray(0, bytes.length).equals(bytes);
  }

  async isAtEnd(): Promise<boolean> {
    await this.fill(1);
    return this.held.length === 0;
  }

  /** All that is left, piece by piece. */
  async *rest(): AsyncGenerator<Buffer> {
    while (!(await this.isAtEnd())) yield await this.take(this.held.length);
  }

  private async fill(count: number): Promise<void> {
    if (this.held.length >= count || this.ended) return;
    const pieces = [this.held];
    for (let length = this.held.length; length < count; ) {
      const next = await this.source.next();
      if (next.done) {
        this.ended = true;
        break;
      }
      pieces.push(Buffer.from(next.value.buffer, next.value.byteOffset, next.value.byteLength));
      length += next.value.byteLength;
    }
    this.held = Buffer.concat(pieces);
  }
}
