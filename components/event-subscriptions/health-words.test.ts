import { expect, test } from "vitest";
import { eventCount, healthSentence, latencyText, pauseSentence, successRate } from "./health-words";

const quiet = { delivered: 0, retried: 0, failed: 0 };

test("the success rate is the share of successful attempts, and 100% only if all of them were", () => {
  expect(successRate([])).toBeNull();
  expect(successRate([quiet])).toBeNull();
  expect(successRate([{ delivered: 3, retried: 1, failed: 0 }])).toBe("100%");
  expect(successRate([{ delivered: 1, retried: 1, failed: 1 }, quiet])).toBe("66.6%");
  expect(successRate([{ delivered: 99_999, retried: 0, failed: 1 }])).toBe("99.9%");
  expect(successRate([{ delivered: 0, retried: 0, failed: 5 }])).toBe("0%");
});

test("the words for the bars name only what there was", () => {
  expect(healthSentence([quiet, quiet])).toBe("No attempts in the last 24 hours");
  expect(healthSentence([{ delivered: 1204, retried: 0, failed: 0 }])).toBe("Last 24 hours: 1,204 delivered");
  expect(
    healthSentence([
      { delivered: 2, retried: 1, failed: 0 },
      { delivered: 0, retried: 2, failed: 1 },
    ]),
  ).toBe("Last 24 hours: 2 delivered, 3 delivered after retries, 1 failed attempt");
});

test("latency, counts and reasons have their units and words", () => {
  expect(latencyText(84)).toBe("84 ms");
  expect(latencyText(1240)).toBe("1.2 s");
  expect(eventCount(1)).toBe("1 event");
  expect(eventCount(1204)).toBe("1,204 events");
  expect(eventCount(10_000)).toBe("more than 10,000 events");
  expect(pauseSentence({ pausedBecause: "person" })).toBeNull();
  expect(pauseSentence({ pausedBecause: "gone" })).toContain("410 Gone");
});
