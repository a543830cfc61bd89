import { expect, it } from "vitest";
import { fromLocalField, toLocalField } from "./log-time-fields";

it("shows the second of a moment, in the zone given, and comes back to it", () => {
  const moment = "2026-11-22T14:02:11.000Z";
  expect(toLocalField(moment, "Asia/Kathmandu")).toBe("2026-11-22T19:47:11");
  for (const zone of ["Asia/Kathmandu", "America/New_York", null])
    expect(fromLocalField(toLocalField(moment, zone), zone)).toBe(moment);
});

it("is empty for what is no time", () => {
  expect(toLocalField("yesterday", null)).toBe("");
  expect(fromLocalField("", null)).toBe("");
  expect(fromLocalField("2026-11-22", null)).toBe("");
});
