import { expect, it } from "vitest";
import { extensionChoices, extensionInput, isExtendable, latestExpiry } from "./extension";

const now = new Date("2026-11-27T12:00:00.000Z");
const key = { createdAt: "2026-11-01T00:00:00.000Z", expiresAt: "2026-12-15T00:00:00.000Z" };
const values = (...given: Parameters<typeof extensionChoices>) =>
  extensionChoices(...given).map(({ value }) => value);

it("offers what is at least a day later than the key's expiry", () => {
  expect(values(key, {}, now)).toEqual(["30", "90", "365", "custom"]);
  expect(values({ ...key, expiresAt: "2026-12-27T11:59:30.000Z" }, {}, now)).toEqual(["90", "365", "custom"]);
  expect(values({ ...key, expiresAt: "2027-02-01T00:00:00.000Z" }, {}, now)).toEqual(["90", "365", "custom"]);
});

it("stays within the key policy, which counts from the key's creation", () => {
  expect(values(key, { maxLifetimeDays: 90 }, now)).toEqual(["30", "latest", "custom"]);
  expect(latestExpiry(key, { maxLifetimeDays: 90 })?.toISOString()).toBe("2027-01-30T00:00:00.000Z");
  expect(isExtendable(key, { maxLifetimeDays: 90 }, now)).toBe(true);
  expect(isExtendable(key, { maxLifetimeDays: 44 }, now)).toBe(false);
  expect(isExtendable({ ...key, expiresAt: "2026-11-10T00:00:00.000Z" }, { maxLifetimeDays: 20 }, now)).toBe(
    false,
  );
  expect(isExtendable(key, { requireExpiry: true }, now)).toBe(true);
});

it("sends days or a time", () => {
  const latest = new Date("2027-01-30T00:00:00.000Z");
  expect(extensionInput("90", "", null, null)).toEqual({ expirationDays: 90 });
  expect(extensionInput("latest", "", latest, null)).toEqual({ expiresAt: "2027-01-30T00:00:00.000Z" });
  expect(extensionInput("custom", "2027-01-29", latest, "UTC")).toEqual({
    expiresAt: "2027-01-29T23:59:59.000Z",
  });
  expect(extensionInput("custom", "", null, null)).toBeNull();
});
