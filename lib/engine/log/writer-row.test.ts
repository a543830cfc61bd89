import { expect, test } from "vitest";
import { parseTimestamp } from "../log/timestamp";
import type { LogStore } from "./log-store";
import { WriterRow } from "./writer-row";

test("times issued together are later than all issued before", () => {
  const row = new WriterRow({} as LogStore, "0b7b6c1e-5d2e-4f0e-9a55-0123456789ab");
  const minute = 60_000_000;
  const first = row.nextTimes(minute);
  const frontier = parseTimestamp(row.nextTime());
  expect(frontier).toBe(first + minute);
  expect(row.nextTimes(2)).toBe(frontier + 1);
  expect(row.nextTimes(1)).toBe(frontier + 3);
});
