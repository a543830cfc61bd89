import { expect, it } from "vitest";
import { bucketHours } from "./activity-buckets";
import { totalActivity } from "./total-activity";

const hour = (index: number) => ({
  start: new Date(Date.UTC(2026, 10, 22, index)).toISOString(),
  allowed: 1,
  denied: index % 2,
});

it("groups hours from the newest back", () => {
  const buckets = bucketHours([0, 1, 2, 3, 4, 5, 6].map(hour), 3);
  expect(buckets.map((bucket) => bucket.allowed)).toEqual([1, 3, 3]);
  expect(buckets.at(-1)).toEqual({
    start: "2026-11-22T04:00:00.000Z",
    end: "2026-11-22T07:00:00.000Z",
    allowed: 3,
    denied: 1,
  });
});

it("handles an empty list", () => {
  expect(bucketHours([], 6)).toEqual([]);
  expect(totalActivity([])).toEqual({ allowed: 0, denied: 0 });
});

it("sums allowed and denied requests", () => {
  expect(totalActivity([0, 1, 2].map(hour))).toEqual({ allowed: 3, denied: 1 });
});
