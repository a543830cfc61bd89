import { expect, test } from "vitest";
import { giveUpAfterMs, parseRetryAfter, retryDelayMs } from "./retry-delay";

const hourMs = 3_600_000;

test("the wait doubles from 5 seconds to 2 hours, less up to half by chance", () => {
  const longest = [1, 2, 3, 4, 10, 11, 12, 1000].map((attempts) => retryDelayMs(attempts, null, 0));
  expect(longest).toEqual([5, 10, 20, 40, 2560, 5120, 7200, 7200].map((seconds) => seconds * 1000));
  for (const attempts of [1, 5, 12, 1000]) {
    expect(retryDelayMs(attempts, null, 1)).toBe(retryDelayMs(attempts, null, 0) / 2);
    const delays = Array.from({ length: 100 }, () => retryDelayMs(attempts, null));
    // What failed together doesn't return together.
    expect(new Set(delays).size).toBeGreaterThan(90);
    for (const delay of delays) {
      expect(delay).toBeGreaterThanOrEqual(retryDelayMs(attempts, null, 1));
      expect(delay).toBeLessThanOrEqual(retryDelayMs(attempts, null, 0));
    }
  }
});

test("a day of attempts is about thirty requests", () => {
  let attempts = 0;
  for (let time = 0; time < giveUpAfterMs; time += retryDelayMs(attempts, null, 0.5)) attempts += 1;
  expect(attempts).toBeGreaterThan(20);
  expect(attempts).toBeLessThan(40);
});

test("an endpoint can ask for a longer wait, up to a day, but not for a shorter one", () => {
  expect(retryDelayMs(1, 60_000, 0)).toBe(60_000);
  expect(retryDelayMs(1, 0, 0)).toBe(5_000);
  expect(retryDelayMs(20, 1_000, 0)).toBe(2 * hourMs);
  expect(retryDelayMs(1, 999_999_999_000, 0)).toBe(giveUpAfterMs);
});

test("Retry-After is read as seconds or as a date", () => {
  const now = Date.parse("2026-11-28T12:00:00Z");
  const read = (value: string | undefined) => parseRetryAfter(value, now);
  expect(read("120")).toBe(120_000);
  expect(read("0")).toBe(0);
  expect(read("Sat, 28 Nov 2026 13:00:00 GMT")).toBe(hourMs);
  expect(read("Sat, 28 Nov 2026 11:00:00 GMT")).toBe(0);
  for (const value of [undefined, "", "soon", "1e3", "-5", "12345678901234567890"])
    expect([value, read(value)]).toEqual([value, null]);
});
