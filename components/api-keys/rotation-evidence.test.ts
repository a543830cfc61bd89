import { expect, test } from "vitest";
import { quietTime, rotationEvidence } from "./rotation-evidence";

const rotatedAt = "2026-11-27T12:00:00.000Z";
const use = (lastOldRequestAt: string | null, completeUpTo: string, silentSince: string | null = null) =>
  rotationEvidence({ lastOldRequestAt, completeUpTo, silentSince }, rotatedAt);

test("the old key is quiet after 30 minutes without a request", () => {
  expect(use("2026-11-27T12:10:00.000Z", "2026-11-27T12:39:59.999Z")).toMatchObject({ isQuiet: false });
  expect(use("2026-11-27T12:10:00.000Z", "2026-11-27T12:40:00.000Z")).toMatchObject({
    isQuiet: true,
    quietMinutes: 30,
  });
});

test("requests from before the rotation don't count, and the time counts from the rotation", () => {
  expect(use("2026-11-27T11:00:00.000Z", "2026-11-27T12:29:00.000Z")).toMatchObject({
    lastAt: null,
    quietMinutes: 29,
    isQuiet: false,
  });
  expect(use(null, "2026-11-27T12:30:00.000Z").isQuiet).toBe(true);
});

test("time that the log doesn't cover yet is not quiet", () => {
  expect(use(null, "2026-11-27T11:59:00.000Z")).toMatchObject({ quietMinutes: 0, isQuiet: false });
});

test("time since a process stopped without copying its entries is not quiet", () => {
  const complete = "2026-11-27T13:00:00.000Z";
  expect(use(null, complete, "2026-11-27T12:20:00.000Z")).toMatchObject({ quietMinutes: 20, isQuiet: false });
  expect(use(null, complete, "2026-11-27T12:31:00.000Z")).toMatchObject({ quietMinutes: 31, isQuiet: true });
});

test("a long time is told in hours or days", () => {
  expect([34, 119, 120, 600, 2879, 2880, 10_080].map(quietTime)).toEqual([
    "34 minutes",
    "119 minutes",
    "2 hours",
    "10 hours",
    "47 hours",
    "2 days",
    "7 days",
  ]);
});
