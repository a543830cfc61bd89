import { describe, expect, test } from "vitest";
import type { QuotaUse } from "@/lib/contracts/quotas";
import { forecastOf } from "./quota-forecast";
import { forecastWords, resetWords, usedWords } from "./usage-words";

const november: QuotaUse = {
  keyId: null,
  key: null,
  meter: "requests",
  limit: 10_000,
  period: "month",
  used: 5600,
  startsAt: "2026-11-01T00:00:00.000Z",
  resetsAt: "2026-12-01T00:00:00.000Z",
  countedSince: "2026-11-01T00:00:03.000Z",
};
const today: QuotaUse = {
  ...november,
  period: "day",
  limit: 100,
  used: 50,
  startsAt: "2026-11-22T00:00:00.000Z",
  resetsAt: "2026-11-23T00:00:00.000Z",
  countedSince: "2026-11-22T00:00:00.000Z",
};
const words = (quota: QuotaUse, now: string) => forecastWords(forecastOf(quota, now), quota, "UTC");

describe("a quota's forecast", () => {
  test("says where the pace leads by the end", () => {
    expect(words(november, "2026-11-21T00:00:00.000Z")).toBe(
      "At this pace: 8,400 by 1 December, 84 % of the quota.",
    );
    expect(words({ ...november, used: 12 }, "2026-11-21T00:00:00.000Z")).toBe(
      "At this pace: 18 by 1 December, under 1 % of the quota.",
    );
  });

  test("says when the limit is reached where it is before the end", () => {
    expect(words({ ...november, used: 7900 }, "2026-11-21T00:00:00.000Z")).toBe(
      "At this pace the limit is reached about 26 November.",
    );
    expect(words(today, "2026-11-22T08:00:00.000Z")).toBe(
      "At this pace the limit is reached about 16:00 UTC.",
    );
    expect(forecastOf({ ...today, used: 50 }, "2026-11-22T12:00:00.000Z").kind).toBe("reaches");
  });

  test("counts the pace from when counting began, not from before the quota was there", () => {
    const young = { ...november, used: 1000, countedSince: "2026-11-19T00:00:00.000Z" };
    expect(forecastOf(young, "2026-11-21T00:00:00.000Z")).toEqual({ kind: "ends", amount: 6000, share: 0.6 });
  });

  test("waits until there is something to tell from", () => {
    expect(forecastOf({ ...november, used: 0 }, "2026-11-21T00:00:00.000Z").kind).toBe("unused");
    expect(forecastOf({ ...november, used: 90 }, "2026-11-01T10:00:00.000Z").kind).toBe("early");
    expect(forecastOf({ ...today, used: 9 }, "2026-11-22T00:30:00.000Z").kind).toBe("early");
  });

  test("is at its end where the limit is spent, lowered below what is used, or nothing", () => {
    for (const used of [10_000, 12_000])
      expect(forecastOf({ ...november, used }, "2026-11-21T00:00:00.000Z").kind).toBe("spent");
    expect(forecastOf({ ...november, used: 0, limit: 0 }, "2026-11-21T00:00:00.000Z").kind).toBe("spent");
  });
});

test("use and reset are said in the words of the period", () => {
  expect([usedWords(november), resetWords(november, "UTC")]).toEqual([
    "5,600 of 10,000 this month",
    "Resets on 1 December at 00:00 UTC",
  ]);
  expect([usedWords(today), resetWords(today, "UTC")]).toEqual(["50 of 100 today", "Resets at 00:00 UTC"]);
  expect(resetWords(november, "America/New_York")).toBe("Resets on 30 November at 19:00 GMT-5");
  expect(resetWords(today, "Asia/Kathmandu")).toBe("Resets at 05:45 GMT+5:45");
});
