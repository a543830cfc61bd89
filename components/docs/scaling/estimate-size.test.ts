import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { costs, estimateSize, measuredEntriesPerSecond } from "./estimate-size";

const results = JSON.parse(
  readFileSync(path.join(import.meta.dirname, "../../../bench/results/latest.json"), "utf8"),
);

test("the costs are those of the recorded measurement, rounded up", () => {
  const three: { serverMicroseconds: number; postgresMicroseconds: number }[] =
    results.decisions.closed.three;
  const { rows, entriesBytes, countsBytes } = results.log.many.size;
  for (const [cost, measured] of [
    [costs.instanceMicroseconds, median(three.map((round) => round.serverMicroseconds))],
    [costs.postgresMicroseconds, median(three.map((round) => round.postgresMicroseconds))],
    [costs.entryBytes, entriesBytes / rows],
    [costs.countBytes, countsBytes / rows],
    [results.logWriting.writerPerSecond, measuredEntriesPerSecond],
  ] as const) {
    expect(cost / measured).toBeGreaterThanOrEqual(1);
    expect(cost / measured).toBeLessThan(1.1);
  }
});

test.each([
  ["nothing", { peakPerSecond: 0, perDay: 0, retentionDays: 90, keys: 0 }, [2, 1, 1]],
  ["a small API", { peakPerSecond: 100, perDay: 1_000_000, retentionDays: 90, keys: 1000 }, [2, 1, 96]],
  [
    "a large API",
    { peakPerSecond: 20_000, perDay: 500_000_000, retentionDays: 30, keys: 1_000_000 },
    [3, 2, 15_977],
  ],
])("%s", (_, load, [instances, postgresCores, diskGigabytes]) => {
  expect(estimateSize(load)).toMatchObject({ instances, postgresCores, diskGigabytes });
});

test("says when a load is beyond what was measured", () => {
  const load = { perDay: 0, retentionDays: 1, keys: 0 };
  expect(estimateSize({ ...load, peakPerSecond: 20_000 }).isBeyondMeasured).toBe(false);
  expect(estimateSize({ ...load, peakPerSecond: 50_000 }).isBeyondMeasured).toBe(true);
});

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)] as number;
}
