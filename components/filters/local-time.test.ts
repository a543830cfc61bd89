import { expect, it } from "vitest";
import { fromLocalField, toLocalField } from "./local-time";

it("converts to local time with seconds, and back", () => {
  const moment = "2026-11-22T14:02:11.000Z";
  expect(toLocalField(moment, "Asia/Kathmandu")).toBe("2026-11-22T19:47:11");
  for (const zone of ["Asia/Kathmandu", "America/New_York", null])
    expect(fromLocalField(toLocalField(moment, zone), zone)).toBe(moment);
});

it("is empty for text that isn't a time", () => {
  expect(toLocalField("yesterday", null)).toBe("");
  expect(fromLocalField("", null)).toBe("");
  expect(fromLocalField("2026-11-22", null)).toBe("");
});
