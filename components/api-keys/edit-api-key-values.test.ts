import { expect, test } from "vitest";
import { editExpirationChoices } from "./edit-api-key-values";

const day = 86_400_000;
const now = new Date("2026-11-22T12:00:00Z");
const created = (daysAgo: number) => new Date(now.getTime() - daysAgo * day).toISOString();
const expires = new Date(now.getTime() + 20 * day).toISOString();
const values = (...parameters: Parameters<typeof editExpirationChoices>) =>
  editExpirationChoices(...parameters).map(({ value }) => value);

test("every preset can be chosen without a key policy, and No expiration only if it changes something", () => {
  const key = { createdAt: created(10), expiresAt: expires };
  expect(values(key, {}, now)).toEqual(["keep", "never", "7", "30", "60", "90", "365"]);
  expect(values({ ...key, expiresAt: null }, {}, now)).toEqual(["keep", "7", "30", "60", "90", "365"]);
});

test("the key policy counts from the key's creation, and may demand an expiry", () => {
  const key = { createdAt: created(10), expiresAt: expires };
  expect(values(key, { requireExpiry: true }, now)).not.toContain("never");
  expect(values(key, { maxLifetimeDays: 40 }, now)).toEqual(["keep", "7", "30"]);
  expect(values({ ...key, createdAt: created(39) }, { maxLifetimeDays: 40 }, now)).toEqual(["keep"]);
});
