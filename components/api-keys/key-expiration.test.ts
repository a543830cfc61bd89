import { describe, expect, it } from "vitest";
import type { KeyPolicy } from "@/lib/contracts/key-policy";
import { expiryTone } from "./expiry-tone";
import {
  dayOf,
  defaultExpirationChoice,
  expirationChoices,
  expirationChoicesWithin,
  expirationFields,
  expirationTime,
  firstExpirationChoice,
} from "./key-expiration";

const now = new Date("2026-11-22T14:02:11.000Z");

describe("the choices", () => {
  it("are the presets and a custom day, with 90 days preselected", () => {
    expect(expirationChoices.map((choice) => choice.label)).toEqual([
      "No expiration",
      "7 days",
      "30 days",
      "60 days",
      "90 days",
      "1 year",
      "Custom",
    ]);
    expect(defaultExpirationChoice).toBe("90");
  });

  it("are those that the key policy allows, with its longest lifetime", () => {
    const labels = (policy: KeyPolicy) => expirationChoicesWithin(policy).map(({ label }) => label);
    expect(labels({ requireExpiry: true })).not.toContain("No expiration");
    expect(labels({ maxLifetimeDays: 45 })).toEqual(["7 days", "30 days", "45 days", "Custom"]);
    expect(labels({ maxLifetimeDays: 1 })).toEqual(["1 day", "Custom"]);
    expect(labels({ maxLifetimeDays: 365 }).at(-2)).toBe("1 year");
    const first = [{}, { maxLifetimeDays: 365 }, { maxLifetimeDays: 45 }].map(firstExpirationChoice);
    expect(first).toEqual(["90", "90", "45"]);
  });
});

describe("expirationTime", () => {
  it("counts days from now", () => {
    expect(expirationTime("7", "", now, null)?.toISOString()).toBe("2026-11-29T14:02:11.000Z");
    expect(expirationTime("never", "", now, null)).toBeNull();
  });

  it("ends a chosen day at midnight in the viewer's time zone", () => {
    const end = expirationTime("custom", "2027-01-31", now, "Asia/Kathmandu");
    expect(end?.toISOString()).toBe("2027-01-31T18:14:59.000Z");
    expect(end && dayOf(end, "Asia/Kathmandu")).toBe("2027-01-31");
    expect(dayOf(now, "Pacific/Kiritimati")).toBe("2026-11-23");
    expect(expirationTime("custom", "", now, null)).toBeNull();
    expect(expirationTime("custom", "2027-02-31", now, null)).toBeNull();
  });
});

describe("expirationFields", () => {
  it("sends either days or a time", () => {
    expect(expirationFields("never", "", null)).toEqual({ expiresInDays: null });
    expect(expirationFields("30", "2027-01-31", null)).toEqual({ expiresInDays: 30 });
    expect(Object.keys(expirationFields("custom", "2027-01-31", null))).toEqual(["expiresAt"]);
    expect(expirationFields("custom", "", null)).toEqual({});
  });
});

it("marks the last fourteen days before expiry", () => {
  expect(expiryTone("2026-11-22T14:02:11.000Z", now)).toBe("past");
  expect(expiryTone("2026-12-06T14:02:10.000Z", now)).toBe("soon");
  expect(expiryTone("2026-12-06T14:02:11.000Z", now)).toBe("calm");
});
