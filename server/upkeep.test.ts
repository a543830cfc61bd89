import pino from "pino";
import { expect, test, vi } from "vitest";
import { type Job, startUpkeep } from "./upkeep";

const quiet = pino({ level: "silent" });

/** Jobs that the test ends, and which of them are running. */
function jobs(count: number): {
  lanes: Job[][];
  running: Set<number>;
  starts: number[];
  end(job: number): void;
} {
  const running = new Set<number>();
  const starts: number[] = [];
  const ends = new Map<number, () => void>();
  const lanes = Array.from({ length: count }, (_, job) => [
    {
      name: `job ${job}`,
      everyMs: 1000,
      run: () => {
        expect(running.has(job)).toBe(false);
        running.add(job);
        starts.push(job);
        return new Promise<void>((resolve) => {
          ends.set(job, () => {
            running.delete(job);
            resolve();
          });
        });
      },
    },
  ]);
  return { lanes, running, starts, end: (job) => ends.get(job)?.() };
}

test("no job overlaps itself, and no more jobs run at once than there are lanes", async () => {
  vi.useFakeTimers();
  const { lanes, running, starts, end } = jobs(5);
  const stop = startUpkeep(lanes, 2, quiet);
  // Jobs that take a minute, although each is due every second.
  await vi.advanceTimersByTimeAsync(60_000);
  expect([...running]).toEqual([0, 1]);
  expect(starts).toEqual([0, 1]);
  for (let turn = 0; turn < 12; turn += 1) {
    for (const job of [...running]) end(job);
    await vi.advanceTimersByTimeAsync(10);
    expect(running.size).toBeLessThanOrEqual(2);
  }
  expect(new Set(starts)).toEqual(new Set([0, 1, 2, 3, 4]));
  stop();
  for (const job of [...running]) end(job);
  const soFar = starts.length;
  await vi.advanceTimersByTimeAsync(60_000);
  expect(starts).toHaveLength(soFar);
  vi.useRealTimers();
});

test("after a failure, the job and others still run at their next turn", async () => {
  vi.useFakeTimers();
  const ran: string[] = [];
  const failing = {
    name: "failing",
    everyMs: 1000,
    run: async () => {
      ran.push("failing");
      throw new Error("it failed");
    },
  };
  const other = { name: "other", everyMs: 1000, run: async () => ran.push("other") };
  const stop = startUpkeep([[failing, other]], 1, quiet);
  await vi.advanceTimersByTimeAsync(1500);
  stop();
  expect(ran).toEqual(["failing", "other", "failing", "other"]);
  vi.useRealTimers();
});
