import fc from "fast-check";
import { expect, test } from "vitest";
import type { KeyRecord } from "../keys/key-record";
import { reportLimit, withEnforcedLimit } from "./report-only-limit";
import { SlidingWindow } from "./sliding-window";

const windowMs = 60_000;
const enforceAt = new Date("2026-12-01T00:00:00Z");
const keyOf = (some: Partial<KeyRecord>) =>
  ({
    ...{ keyId: "key_1", rateLimitPerMinute: null, workspaceRequestsPerMinute: null },
    ...{ reportOnlyRateLimit: null, reportOnlyEnforceAt: null },
    ...some,
  }) as KeyRecord;
const reporter = (instances = 1) => ({
  reportedUses: new SlidingWindow(windowMs),
  limitSharing: { instances },
});

test("the report denies what the limit would deny if it were enforced", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 8 }),
      fc.array(fc.nat(20_000), { maxLength: 60 }),
      (limit, gaps) => {
        const [enforced, report] = [new SlidingWindow(windowMs), reporter()];
        let now = 0;
        for (const gap of gaps) {
          now += gap;
          const denied = !enforced.take("key_1", limit, now).allowed;
          const would = reportLimit(keyOf({ reportOnlyRateLimit: limit }), report, now);
          expect(would).toBe(denied ? "rate_limit_exceeded" : null);
        }
      },
    ),
  );
});

test("a key without such a limit isn't counted", () => {
  const report = reporter();
  expect(reportLimit(keyOf({}), report, 0)).toBeNull();
  expect(report.reportedUses.size).toBe(0);
});

test("each of several instances reports against its even share of the limit", () => {
  const allowed = (limit: number, instances: number) => {
    const [key, report] = [keyOf({ reportOnlyRateLimit: limit }), reporter(instances)];
    return Array.from({ length: 20 }, () => reportLimit(key, report, 0)).filter((code) => code === null)
      .length;
  };
  expect([allowed(12, 1), allowed(12, 2), allowed(13, 4), allowed(2, 4)]).toEqual([12, 6, 3, 1]);
});

test("S39 the limit is in force from its date on, and never raises the one that applies without it", () => {
  const before = enforceAt.getTime() - 1;
  const limiter = { requestsPerMinute: 600 };
  const dated = { reportOnlyRateLimit: 60, reportOnlyEnforceAt: enforceAt };
  const after = (some: Partial<KeyRecord>) =>
    withEnforcedLimit(keyOf({ ...dated, ...some }), limiter, enforceAt.getTime());
  const key = keyOf(dated);
  expect(withEnforcedLimit(key, limiter, before)).toBe(key);
  expect(after({})).toEqual({ ...key, rateLimitPerMinute: 60, reportOnlyRateLimit: null });
  expect(after({ rateLimitPerMinute: 100 }).rateLimitPerMinute).toBe(60);
  expect(after({ rateLimitPerMinute: 30 }).rateLimitPerMinute).toBe(30);
  expect(after({ workspaceRequestsPerMinute: 20 }).rateLimitPerMinute).toBe(20);
  expect(withEnforcedLimit(key, { requestsPerMinute: 10 }, enforceAt.getTime()).rateLimitPerMinute).toBe(10);
  expect(after({ reportOnlyEnforceAt: null }).rateLimitPerMinute).toBeNull();
});
