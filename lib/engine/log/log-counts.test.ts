import { array, assert, double, property } from "fast-check";
import { expect, test } from "vitest";
import { LogCounts, latencyBounds } from "./log-counts";

test("each duration is counted in the first bucket whose bound it doesn't exceed", () => {
  assert(
    property(array(double({ min: 0, max: 10_000, noNaN: true })), (durations) => {
      const { latencies } = new LogCounts();
      for (const ms of [...durations, ...latencyBounds]) latencies.add(ms);
      const all = [...durations, ...latencyBounds];
      let below = 0;
      for (const [index, count] of latencies.counts.entries()) {
        below += count;
        const bound = latencyBounds[index] ?? Number.POSITIVE_INFINITY;
        expect(below).toBe(all.filter((ms) => ms <= bound).length);
      }
      expect(latencies.sumMs).toBeCloseTo(
        all.reduce((sum, ms) => sum + ms, 0),
        3,
      );
    }),
  );
});
