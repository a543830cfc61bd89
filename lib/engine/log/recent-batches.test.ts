import { expect, test } from "vitest";
import { RecentBatches } from "./recent-batches";
import { decodeFrame } from "./spool-frame";

const line = (seq: number) => `line ${seq} ${"x".repeat(seq % 90)}\n`;

function linesFrom(firstSeq: number, count: number): string {
  return Array.from({ length: count }, (_, index) => line(firstSeq + index)).join("");
}

/** Appends lines. @returns The frame as it would be in the file. */
function append(recent: RecentBatches, firstSeq: number, count: number, text = linesFrom(firstSeq, count)) {
  let frame = Buffer.alloc(0);
  const tally = recent.append(firstSeq, count, text, (bytes) => {
    frame = Buffer.from(bytes);
    return { index: 1, offset: firstSeq };
  });
  return { tally, frame };
}

test("every frame is complete, although the lines of a batch are contiguous", () => {
  const recent = new RecentBatches();
  let seq = 1;
  for (const count of [1, 1, 3, 1, 20, 2]) {
    const { frame } = append(recent, seq, count);
    expect(decodeFrame(frame, 0)).toMatchObject({ firstSeq: seq, count, end: frame.length });
    seq += count;
  }
  expect([recent.after(0), recent.isOpenAfter(0)]).toEqual([null, true]);
  recent.seal();
  const batch = recent.after(0);
  expect(batch).toMatchObject({ firstSeq: 1, count: 28, next: { index: 1, offset: 27 } });
  expect(batch?.lines.toString()).toBe(linesFrom(1, 28));
});

test("a write that fails leaves nothing in the batch, and its sequence numbers are reused", () => {
  const recent = new RecentBatches();
  append(recent, 1, 2);
  const refused = () => {
    throw new Error("full");
  };
  expect(() => recent.append(3, 5, "lost\n".repeat(5), refused)).toThrow("full");
  append(recent, 3, 1);
  recent.seal();
  expect(recent.after(0)).toMatchObject({ firstSeq: 1, count: 3 });
  expect(recent.after(0)?.lines.toString()).toBe(linesFrom(1, 3));
});

test("a batch is returned only if it follows what was copied", () => {
  const recent = new RecentBatches();
  append(recent, 1, 4);
  recent.seal();
  append(recent, 5, 4);
  expect(recent.after(0)?.firstSeq).toBe(1);
  // Another process copied up to 2, then up to 6: into the middle of a sealed batch, and of the open one.
  expect(recent.after(2)).toBe(null);
  expect([recent.after(6), recent.isOpenAfter(6)]).toEqual([null, false]);
  append(recent, 9, 1);
  recent.seal();
  expect(recent.after(6)).toBe(null);
  expect(recent.after(8)?.lines.toString()).toBe(line(9));
  recent.clear();
  expect(recent.after(8)).toBe(null);
});

test("a write larger than a chunk is one batch, and a full batch is sealed automatically", () => {
  const recent = new RecentBatches();
  const large = "ü".repeat(1 << 20);
  append(recent, 1, 1, `${large}\n`);
  append(recent, 2, 4000);
  expect(recent.after(0)?.lines.toString()).toBe(`${large}\n`);
  expect(recent.after(1)).toMatchObject({ firstSeq: 2, count: 4000 });
});

test("memory keeps a bounded part of what waits, and reuses chunks", () => {
  const recent = new RecentBatches();
  const megabyte = `${"x".repeat((1 << 18) - 1)}\n`;
  let last = 0;
  for (; last < 100; last += 1) append(recent, last + 1, 1, megabyte);
  recent.seal();
  let seq = 0;
  const chunks = new Set();
  for (let batch = recent.after(seq); batch; batch = recent.after(seq)) {
    seq += batch.count;
    chunks.add(batch.lines.buffer);
    recent.copied(batch);
  }
  expect(seq).toBeGreaterThan(10);
  expect(seq).toBeLessThan(65);
  append(recent, 101, 1, "after\n");
  recent.seal();
  expect(recent.after(seq)).toBe(null);
  const after = recent.after(100);
  expect(after?.lines.toString()).toBe("after\n");
  expect(chunks).toContain(after?.lines.buffer);
});
