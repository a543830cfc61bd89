import { crc32 } from "node:zlib";

/**
 * A frame is what one append writes: a header `#<first seq> <count> <bytes> <CRC-32 of the numbers and lines>` and that many lines.
 * A frame that is cut off or doesn't match its checksum is void, and so is everything after it.
 */
export type Frame = {
  firstSeq: number;
  count: number;
  /** The lines, each with its line feed. */
  lines: Buffer;
};

/** The longest header: three numbers below 2^53, a checksum and the separators. */
export const headerLimit = 80;

export function encodeFrame({ firstSeq, count, lines }: Frame): Buffer {
  return Buffer.concat([Buffer.from(frameHeader(firstSeq, count, lines), "latin1"), lines]);
}

/** The header of a frame, in ASCII. */
export function frameHeader(firstSeq: number, count: number, lines: Buffer): string {
  return `#${firstSeq} ${count} ${lines.length} ${checksumOf(firstSeq, count, lines).toString(16)}\n`;
}

/**
 * Reads the frame at an offset of a segment's bytes. Returns null when there is no intact frame, and `needs` when more bytes are
 * needed: how many the whole frame takes.
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
