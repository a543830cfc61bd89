import { closeSync, fstatSync, openSync, readdirSync, readSync } from "node:fs";
import path from "node:path";
import { decodeFrame, type Frame } from "./spool-frame";

/** A file of the spool. It is read through its descriptor, so it stays readable for this process even when it is deleted. */
export type Segment = {
  path: string;
  fd: number;
  /** Its position among the segments of its writer. */
  index: number;
  /** The sequence number of its first entry. Frames of earlier segments from this number on are void: they were rewritten here. */
  firstSeq: number;
  /** Its valid length. Bytes after that are the remains of a failed write. */
  bytes: number;
};

export type Cursor = { index: number; offset: number };
/** Lines with consecutive sequence numbers. `next` is where the following lines begin. */
export type Batch = Frame & { next: Cursor };

const readAtOnce = 1 << 20;

export function segmentName(index: number, firstSeq: number): string {
  return `${String(index).padStart(8, "0")}-${firstSeq}.log`;
}

/** Opens the segments in a writer's folder, in order. */
export function openSegments(folder: string): Segment[] {
  const segments: Segment[] = [];
  for (const name of readdirSync(folder).sort()) {
    const [, index, firstSeq] = /^(\d{8,})-(\d+)\.log$/.exec(name) ?? [];
    if (!index || !firstSeq) continue;
    const file = path.join(folder, name);
    const fd = openSync(file, "r");
    segments.push({
      path: file,
      fd,
      index: Number(index),
      firstSeq: Number(firstSeq),
      bytes: fstatSync(fd).size,
    });
  }
  return segments;
}

/** How many bytes follow a cursor. */
export function bytesAfter(segments: readonly Segment[], { index, offset }: Cursor): number {
  let sum = 0;
  for (const segment of segments) {
    if (segment.index === index) sum += segment.bytes - offset;
    else if (segment.index > index) sum += segment.bytes;
  }
  return sum;
}

export function closeSegments(segments: Segment[]): void {
  for (const { fd } of segments) closeSync(fd);
}

/** A cursor from which no entry after `seq` is missed. It may point before `seq`; readBatch skips what is known. */
export function cursorAfter(segments: readonly Segment[], seq: number): Cursor {
  const from = segments.findLast(({ firstSeq }) => firstSeq <= seq + 1) ?? segments[0];
  return { index: from?.index ?? 0, offset: 0 };
}

/**
 * Reads the next lines after entry `seq`, about `limit` bytes at most, without a gap in their sequence numbers.
 * @returns null when there are none.
 */
export function readBatch(
  segments: readonly Segment[],
  cursor: Cursor,
  seq: number,
  limit = readAtOnce,
): Batch | null {
  const found: Frame[] = [];
  let next = cursor;
  let bytes = 0;
  while (bytes < limit) {
    const read = readFrames(segments, next, limit - bytes);
    if (!read) break;
    for (const { frame, end } of read) {
      const fresh = withoutFirst(frame, seq + 1 - frame.firstSeq);
      const last = found.at(-1);
      // A gap means that part of the spool was destroyed. What follows the gap becomes a separate batch.
      if (fresh && last && fresh.firstSeq !== last.firstSeq + last.count) return joined(found, next);
      next = end;
      if (!fresh) continue;
      found.push(fresh);
      bytes += fresh.lines.length;
    }
  }
  return found.length > 0 ? joined(found, next) : null;
}

/** Reads some frames from a cursor on, and where each ends. Continues in the next segment when one has no more. */
function readFrames(
  segments: readonly Segment[],
  from: Cursor,
  limit: number,
): { frame: Frame; end: Cursor }[] | null {
  let position = segments.findIndex(({ index }) => index >= from.index);
  let offset = segments[position]?.index === from.index ? from.offset : 0;
  for (; position !== -1 && position < segments.length; position += 1) {
    const segment = segments[position] as Segment;
    const voidFrom = segments[position + 1]?.firstSeq ?? Number.POSITIVE_INFINITY;
    const frames = framesOf(segment, offset, limit, voidFrom);
    if (frames.length > 0) return frames;
    offset = 0;
  }
  return null;
}

function framesOf(segment: Segment, offset: number, limit: number, voidFrom: number) {
  const frames: { frame: Frame; end: Cursor }[] = [];
  let wanted = Math.min(limit, segment.bytes - offset);
  for (let attempt = 0; attempt < 2 && wanted > 0; attempt += 1) {
    const bytes = readAt(segment, offset, wanted);
    let at = 0;
    for (;;) {
      const frame = decodeFrame(bytes, at);
      if (frame === null) return frames;
      if ("needs" in frame) {
        // The first frame is larger than what we read at once: read all of it.
        wanted = frames.length === 0 && offset + frame.needs <= segment.bytes ? frame.needs : 0;
        break;
      }
      if (frame.firstSeq >= voidFrom) return frames;
      at = frame.end;
      frames.push({ frame, end: { index: segment.index, offset: offset + at } });
    }
  }
  return frames;
}

function readAt({ fd }: Segment, offset: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  let read = 0;
  while (read < length) {
    const count = readSync(fd, bytes, read, length - read, offset + read);
    if (count === 0) break;
    read += count;
  }
  return bytes.subarray(0, read);
}

/** What is left without the first `count` entries. */
export function withoutFirst<Some extends Frame>(frame: Some, count: number): Some | null {
  if (count <= 0) return frame;
  if (count >= frame.count) return null;
  let start = 0;
  for (let line = 0; line < count; line += 1) start = frame.lines.indexOf(10, start) + 1;
  return {
    ...frame,
    firstSeq: frame.firstSeq + count,
    count: frame.count - count,
    lines: frame.lines.subarray(start),
  };
}

function joined(frames: Frame[], next: Cursor): Batch {
  const [first] = frames as [Frame, ...Frame[]];
  return {
    firstSeq: first.firstSeq,
    count: frames.reduce((sum, { count }) => sum + count, 0),
    lines: Buffer.concat(frames.map(({ lines }) => lines)),
    next,
  };
}
