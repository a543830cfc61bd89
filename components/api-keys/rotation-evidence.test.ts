import { expect, test } from "vitest";
import { oldKeyUse } from "./rotation-evidence";

const rotatedAt = "2026-11-27T12:00:00.000Z";
const use = (lastRequestAt: string | null, completeUpTo: string) =>
  oldKeyUse({ lastRequestAt, completeUpTo }, rotatedAt);

test("the old key is quiet after 30 minutes without a request", () => {
  expect(use("2026-11-27T12:10:00.000Z", "2026-11-27T12:39:59.999Z")).toMatchObject({ isQuiet: false });
  expect(use("2026-11-27T12:10:00.000Z", "2026-11-27T12:40:00.000Z")).toMatchObject({
    isQuiet: true,
    quietMinutes: 30,
  });
});

test("requests from before the rotation don't count, and the time counts from the rotation", () => {
  expect(use("2026-11-27T11:00:00.000Z", "2026-11-27T12:29:00.000Z")).toEqual({
    lastAt: null,
    quietMinutes: 29,
    isQuiet: false,
  });
  expect(use(null, "2026-11-27T12:30:00.000Z").isQuiet).toBe(true);
});

test("time that the log doesn't cover yet is not quiet", () => {
  expect(use(null, "2026-11-27T11:59:00.000Z")).toMatchObject({ quietMinutes: 0, isQuiet: false });
});
