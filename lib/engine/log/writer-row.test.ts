import { expect, test } from "vitest";
import { readMoment } from "../log/moment";
import type { LogStore } from "./log-store";
import { WriterRow } from "./writer-row";

test("times that are given together are each later than all that were given before", () => {
  const row = new WriterRow({} as LogStore, "0b7b6c1e-5d2e-4f0e-9a55-0123456789ab");
  const minute = 60_000_000;
  const first = row.nextMoments(minute);
  const frontier = readMoment(row.nextMoment());
  expect(frontier).toBe(first + minute);
  expect(row.nextMoments(2)).toBe(frontier + 1);
  expect(row.nextMoments(1)).toBe(frontier + 3);
});
