import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { Spool } from "./spool";

const long = "x".repeat(2000);
const line = (seq: number) => `${seq} ${long}\n`;

function append(spool: Spool, from: number, to: number): void {
  for (let seq = from; seq <= to; seq += 100) {
    const count = Math.min(100, to - seq + 1);
    spool.append(seq, count, Array.from({ length: count }, (_, index) => line(seq + index)).join(""));
  }
}

/** Drains the spool. @returns All sequence numbers, and those that came from memory. */
function drain(spool: Spool, drainedSeq: number): { all: number[]; fromMemory: number[] } {
  const all: number[] = [];
  const fromMemory: number[] = [];
  let seq = drainedSeq;
  spool.seal();
  for (let batch = spool.next(seq); batch; batch = spool.next(seq)) {
    const came = batch.lines.toString().trimEnd().split("\n").map(Number.parseFloat);
    expect([came[0], came.length]).toEqual([batch.firstSeq, batch.count]);
    all.push(...came);
    if (batch.tally) fromMemory.push(...came);
    seq += batch.count;
    spool.drained(batch, 0);
  }
  return { all, fromMemory };
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

function withSpool(work: (spool: Spool, folder: string) => void): void {
  const folder = mkdtempSync(path.join(tmpdir(), "keyward-spool-"));
  const spool = new Spool(folder, false);
  try {
    work(spool, folder);
  } finally {
    spool.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

test("batches that memory can't keep come from the files, in order and once, and later ones from memory again", () => {
  withSpool((spool) => {
    append(spool, 1, 12_000);
    const { all, fromMemory } = drain(spool, 0);
    expect(all).toEqual(range(1, 12_000));
    expect(fromMemory.length).toBeGreaterThan(0);
    expect(fromMemory.length).toBeLessThan(10_000);
    append(spool, 12_001, 12_300);
    expect(drain(spool, 12_000)).toEqual({ all: range(12_001, 12_300), fromMemory: range(12_001, 12_300) });
  });
});

test("a database that was restored gets again what memory had already handed out", () => {
  withSpool((spool) => {
    append(spool, 1, 300);
    drain(spool, 0);
    append(spool, 301, 500);
    spool.seal();
    append(spool, 501, 600);
    spool.rewind(42);
    expect(drain(spool, 42).all).toEqual(range(43, 600));
    append(spool, 601, 700);
    expect(drain(spool, 600).fromMemory).toEqual(range(601, 700));
  });
});

test("a database that was restored to a point within a file gets everything after it, even if that takes several reads", () => {
  withSpool((spool) => {
    append(spool, 1, 3000);
    expect(drain(spool, 0).all).toEqual(range(1, 3000));
    spool.rewind(2500);
    expect(drain(spool, 2500).all).toEqual(range(2501, 3000));
  });
});

test("a watermark that another drainer moved is followed, even if it lies within the open batch", () => {
  withSpool((spool) => {
    append(spool, 1, 200);
    spool.seal();
    append(spool, 201, 400);
    spool.rewind(250);
    append(spool, 401, 450);
    expect(drain(spool, 250).all).toEqual(range(251, 450));
  });
});

test("deleted files lose nothing of the open batch", () => {
  withSpool((spool, folder) => {
    append(spool, 1, 200);
    drain(spool, 0);
    append(spool, 201, 400);
    rmSync(folder, { recursive: true });
    spool.restoreRemovedFile(200);
    append(spool, 401, 500);
    expect(drain(spool, 200).all).toEqual(range(201, 500));
  });
});

test("files stay for a second reader until it has passed them, and may be skipped one by one", () => {
  withSpool((spool, folder) => {
    spool.keptAfter = 0;
    append(spool, 1, 20_000);
    drain(spool, 0);
    const reader = spool.reader(0);
    const later = performance.now() + 3_600_000;
    const files = () => readdirSync(folder).length;
    const all = files();
    expect(all).toBeGreaterThan(2);
    spool.removeOldSegments(later);
    expect(files()).toBe(all);
    expect(reader.bytes).toBe(spool.bytes);
    const batch = reader.next(100_000);
    expect(batch?.firstSeq).toBe(1);
    if (batch) reader.pass(batch, 50);
    const rest = reader.next(100_000);
    expect(rest).toMatchObject({ firstSeq: 51, count: (batch?.count ?? 0) - 50 });
    expect(rest?.lines.toString("latin1", 0, 3)).toBe("51 ");
    spool.keptAfter = 50;
    spool.removeOldSegments(later);
    expect(files()).toBe(all);
    expect(reader.skipFile()).toBe(true);
    const passed = reader.seq;
    spool.keptAfter = passed;
    spool.removeOldSegments(later);
    expect(files()).toBe(all - 1);
    expect(reader.next(100_000)?.firstSeq).toBe(passed + 1);
    expect(reader.skipRest()).toBe(true);
    expect(reader.seq).toBe(20_000);
    expect(reader.skipFile()).toBe(false);
  });
});
