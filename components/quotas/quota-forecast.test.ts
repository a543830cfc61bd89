import { beforeEach, describe, expect, test, vi } from "vitest";
import type { QuotaUse } from "@/lib/contracts/quotas";
import { forecastOf } from "./quota-forecast";
import { forecastWords, resetWords, usedWords } from "./quota-words";

beforeEach(() => {
  vi.stubGlobal("navigator", { language: "en-US" });
});

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
  test("projects the use at the end of the period", () => {
    expect(words(november, "2026-11-21T00:00:00.000Z")).toBe(
      "At this rate: 8,400 by December 1, 84% of the quota.",
    );
    expect(words({ ...november, used: 12 }, "2026-11-21T00:00:00.000Z")).toBe(
      "At this rate: 18 by December 1, under 1% of the quota.",
    );
  });

  test("projects when the limit is reached", () => {
    expect(words({ ...november, used: 7900 }, "2026-11-21T00:00:00.000Z")).toBe(
      "At this rate, you’ll reach the limit around November 26.",
    );
    expect(words(today, "2026-11-22T08:00:00.000Z")).toBe(
      "At this rate, you’ll reach the limit around 4:00 PM UTC.",
    );
    expect(forecastOf({ ...today, used: 50 }, "2026-11-22T12:00:00.000Z").kind).toBe("reaches");
  });

  test("calculates the rate from when counting began", () => {
    const young = { ...november, used: 1000, countedSince: "2026-11-19T00:00:00.000Z" };
    expect(forecastOf(young, "2026-11-21T00:00:00.000Z")).toEqual({ kind: "ends", amount: 6000, share: 0.6 });
  });

  test("needs enough data", () => {
    expect(forecastOf({ ...november, used: 0 }, "2026-11-21T00:00:00.000Z").kind).toBe("unused");
    expect(forecastOf({ ...november, used: 90 }, "2026-11-01T10:00:00.000Z").kind).toBe("early");
    expect(forecastOf({ ...today, used: 9 }, "2026-11-22T00:30:00.000Z").kind).toBe("early");
  });

  test("is used up if the limit is reached, lowered below the use, or zero", () => {
    for (const used of [10_000, 12_000])
      expect(forecastOf({ ...november, used }, "2026-11-21T00:00:00.000Z").kind).toBe("spent");
    expect(forecastOf({ ...november, used: 0, limit: 0 }, "2026-11-21T00:00:00.000Z").kind).toBe("spent");
  });
});

test("the texts depend on the period", () => {
  expect([usedWords(november), resetWords(november, "UTC")]).toEqual([
    "5,600 of 10,000 this month",
    "Resets on December 1 at 12:00 AM UTC",
  ]);
  expect([usedWords(today), resetWords(today, "UTC")]).toEqual(["50 of 100 today", "Resets at 12:00 AM UTC"]);
  expect(resetWords(november, "America/New_York")).toBe("Resets on November 30 at 7:00 PM EST");
  expect(resetWords(today, "Asia/Kathmandu")).toBe("Resets at 5:45 AM GMT+5:45");
});
