import { createHmac, type Hmac } from "node:crypto";

/** What is sealed of a batch of lines, beside the lines. */
export type SealHeader = {
  firstSeq: number;
  count: number;
  columns: number;
  /** The timestamps of the first and the last line. */
  firstAt: string;
  lastAt: string;
};

/** What the first seal of a writer follows. */
export const noSeal = Buffer.alloc(32);

/** Each writer has its own key, so that no batch of one writer can pass as one of another. */
export function writerKey(key: Buffer, writer: string): Buffer {
  return createHmac("sha256", key).update(writer).digest();
}

/**
 * Begins the seal of a batch. The lines have to follow, as they are in the spool.
 * @param previous The seal of the writer's batch before it.
 */
export function beginSeal(writersKey: Buffer, previous: Buffer, header: SealHeader): Hmac {
  const { firstSeq, count, columns, firstAt, lastAt } = header;
  return createHmac("sha256", writersKey)
    .update(previous)
    .update(`${firstSeq}\t${count}\t${columns}\t${firstAt}\t${lastAt}\n`);
}

export function headerOf(firstSeq: number, count: number, lines: Buffer): SealHeader {
  const end = lines.indexOf(10);
  const columns = lines.toString("latin1", 0, end < 0 ? lines.length : end).split("\t").length;
  const last = lines.lastIndexOf(10, lines.length - 2) + 1;
  return { firstSeq, count, columns, firstAt: timeAt(lines, 0), lastAt: timeAt(lines, last) };
}

/** The first column of a line. */
function timeAt(lines: Buffer, start: number): string {
  const end = lines.indexOf(9, start);
  return lines.toString("latin1", start, end < 0 ? start : end);
}
