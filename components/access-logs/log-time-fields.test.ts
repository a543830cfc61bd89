import { expect, it } from "vitest";
import { fromLocalField, toLocalField } from "./log-time-fields";

it("comes back to the minute it left", () => {
  const moment = "2026-11-22T14:02:00.000Z";
  expect(fromLocalField(toLocalField(moment))).toBe(moment);
});

it("is empty for what is no time", () => {
  expect(toLocalField("yesterday")).toBe("");
  expect(fromLocalField("")).toBe("");
  expect(fromLocalField("2026-11-22")).toBe("");
});
