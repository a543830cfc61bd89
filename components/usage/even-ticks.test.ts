import { expect, test } from "vitest";
import { evenTicks } from "./even-ticks";

test.each([
  [0, [0, 1]],
  [1, [0, 1]],
  [4, [0, 1, 2, 3, 4]],
  [7, [0, 2, 4, 6, 8]],
  [50, [0, 10, 20, 30, 40, 50]],
  [51, [0, 20, 40, 60]],
  [1350, [0, 500, 1000, 1500]],
  [2_300_000, [0, 500_000, 1_000_000, 1_500_000, 2_000_000, 2_500_000]],
])("an axis up to %d", (highest, ticks) => {
  expect(evenTicks(highest)).toEqual(ticks);
});
