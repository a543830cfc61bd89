import { crc32 } from "node:zlib";

/**
 * A frame is what one append writes: a header `#<first number> <count> <bytes> <CRC-32 of numbers and lines>` and as many lines. It is
 * there whole or not at all: a frame that is cut off or does not match its checksum is void, and so is all behind it.
 */
export type Frame = {
  firstSeq: number;
  count: number /** The lines, each with its line feed. */;
  lines: Buffer;
};

/** Longest header: three numbers below 2^53, a checksum, and what stands between them. */
export const headerLimit = 80;

export function encodeFrame({ firstSeq, count, lines }: Frame): Buffer {
  return Buffer.concat([Buffer.from(frameHeader(firstSeq, count, lines), "latin1"), lines]);
}

/** What stands before the lines of a frame: ASCII. */
export function frameHeader(firstSeq: number, count: number, lines: Buffer): string {
  return `#${firstSeq} ${count} ${lines.length} ${checksumOf(firstSeq, count, lines).toString(16)}\n`;
}

/**
 * The frame at an offset of a segment's bytes. `null` where no whole, intact frame begins there; `needs` is how many bytes
 * it would take, where the header could be read.
 */
export function decodeFrame(
  bytes: Buffer,
  offset: number,
): (Frame & { end: number }) | { needs: number } | null {
  const headerEnd = bytes.indexOf(10, offset);
  if (headerEnd === -1) return bytes.length - offset < headerLimit ? { needs: headerLimit } : null;
  if (headerEnd - offset > headerLimit) return null;
  const header = bytes.toString("latin1", offset, headerEnd);
  const match = /^#(\d{1,16}) (\d{1,9}) (\d{1,10}) ([0-9a-f]{1,8})$/.exec(header);
  if (!match) return null;
  const [firstSeq, count, length] = match.slice(1, 4).map(Number) as [number, number, number];
  const end = headerEnd + 1 + length;
  if (end > bytes.length) return { needs: end - offset };
  const lines = bytes.subarray(headerEnd + 1, end);
  if (checksumOf(firstSeq, count, lines) !== Number.parseInt(match[4] as string, 16)) return null;
  return { firstSeq, count, lines, end };
}

function checksumOf(firstSeq: number, count: number, lines: Buffer): number {
  return crc32(lines, crc32(`${firstSeq} ${count} ${lines.length}`));
}
