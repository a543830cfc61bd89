import { afterEach, describe, expect, it, vi } from "vitest";
import { exactTime, relativeTime } from "./time-words";

afterEach(() => vi.unstubAllGlobals());

const now = Date.parse("2026-11-22T12:00:00Z");
const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

describe("relativeTime", () => {
  it.each([
    [0, "just now"],
    [-9 * second, "just now"],
    [-25 * second, "20 s ago"],
    [-59 * second, "50 s ago"],
    [-60 * second, "1 min ago"],
    [-119 * second, "1 min ago"],
    [-59.9 * minute, "59 min ago"],
    [-hour, "1 h ago"],
    [-23.9 * hour, "23 h ago"],
    [-day, "1 day ago"],
    [-6.5 * day, "6 days ago"],
    [4 * second, "just now"],
    [40 * second, "in 40 s"],
    [59.8 * minute, "in 1 h"],
    [23.9 * hour, "in 1 day"],
    [6 * day - minute, "in 6 days"],
    [90 * day - second, "in 90 days"],
    [365 * day, "Nov 22, 2027"],
    [-200 * day, "May 6, 2026"],
  ])("%d ms away is %s", (offset, words) => {
    vi.stubGlobal("navigator", { language: "en-US" });
    expect(relativeTime(new Date(now + offset), now)).toBe(words);
  });
});

describe("exactTime", () => {
  it.each([
    ["en-US", "Nov 22, 2026, 1:00:00 PM GMT+1"],
    ["en-GB", "22 Nov 2026, 13:00:00 CET"],
    ["de-DE", "22. Nov. 2026, 13:00:00 MEZ"],
  ])("follows the locale %s", (language, text) => {
    vi.stubGlobal("navigator", { language });
    expect(exactTime(new Date(now), "Europe/Berlin").replace(/\s/g, " ")).toBe(text);
  });
});
