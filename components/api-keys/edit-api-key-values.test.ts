import { expect, test } from "vitest";
import type { ApiKey } from "@/lib/contracts/api-keys";
import { editApiKeyInputOf, editApiKeyValuesOf, editExpirationChoices } from "./edit-api-key-values";

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

test("stricter limits are reported together with those that are reported already, others are changed at once", () => {
  const key = { ...{ name: "x", environment: "e", allowedIps: [], notes: "" }, ownRateLimitPerMinute: null };
  const reported = { allowedIps: ["203.0.113.7"], rateLimitPerMinute: null, enforceAt: expires };
  const before = editApiKeyValuesOf({ ...key, reportOnly: reported } as unknown as ApiKey);
  const input = (changes: Partial<typeof before>, stricter = {}) =>
    editApiKeyInputOf({ ...before, ...changes }, before, null, stricter, reported);
  const [limit, stricter] = [{ rateLimitPerMinute: "60" }, { rateLimitPerMinute: 60 }];
  expect(input(limit, stricter)).toEqual({ rateLimitPerMinute: 60 });
  expect(input({ ...limit, reportOnly: true, name: "y" }, stricter)).toEqual({
    name: "y",
    reportOnly: { allowedIps: ["203.0.113.7"], rateLimitPerMinute: 60, enforceAt: expires },
  });
  expect(input({ ...limit, reportOnly: true, enforceIn: "" }, stricter)).toMatchObject({
    reportOnly: { enforceAt: null },
  });
  expect(input({ rateLimitPerMinute: "900", reportOnly: true })).toEqual({ rateLimitPerMinute: 900 });
});
