import { describe, expect, it } from "vitest";
import { clockTime, fromClockTime } from "./zoned-time";

describe("local times in a zone", () => {
  it.each([
    ["Asia/Kathmandu", "2026-11-22T19:47:11", "2026-11-22T14:02:11.000Z"],
    ["America/New_York", "2026-11-22T09:02:11", "2026-11-22T14:02:11.000Z"],
    ["America/New_York", "2026-07-01T00:00:00", "2026-07-01T04:00:00.000Z"],
    ["UTC", "2026-01-01T00:00:00", "2026-01-01T00:00:00.000Z"],
    ["Pacific/Kiritimati", "2026-01-01T00:00:00", "2025-12-31T10:00:00.000Z"],
  ])("in %s: %s is %s", (zone, clock, moment) => {
    expect(clockTime(new Date(moment), zone)).toBe(clock);
    expect(fromClockTime(clock, zone)?.toISOString()).toBe(moment);
  });

  it("convert back for every hour of a year, except the hour that occurs twice", () => {
    for (const zone of ["Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe", null]) {
      for (let time = Date.UTC(2026, 0, 1); time < Date.UTC(2027, 0, 1); time += 3_600_000) {
        const back = fromClockTime(clockTime(new Date(time), zone), zone)?.getTime() ?? 0;
        if (back !== time) expect(clockTime(new Date(back), zone)).toBe(clockTime(new Date(time), zone));
      }
    }
  });

  it("use the first time when clocks go back, and skip ahead when they go forward", () => {
    expect(fromClockTime("2026-10-25T02:30:00", "Europe/Berlin")?.toISOString()).toBe(
      "2026-10-25T00:30:00.000Z",
    );
    expect(fromClockTime("2026-03-29T02:30:00", "Europe/Berlin")?.toISOString()).toBe(
      "2026-03-29T01:30:00.000Z",
    );
  });

  it("are null for text that isn't a date and time", () => {
    for (const text of ["", "2026-11-22", "2026-02-31T00:00", "yesterday"])
      expect(fromClockTime(text, "UTC")).toBeNull();
    expect(fromClockTime("2026-11-22T14:02", "UTC")?.toISOString()).toBe("2026-11-22T14:02:00.000Z");
  });
});
