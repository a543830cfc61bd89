import { expect, test } from "vitest";
import { deliveryStatusText, prettyBody, requestHeaders } from "./delivery-words";

const now = Date.parse("2026-11-28T10:00:00.000Z");
const waiting = (seconds: number, attemptCount: number) =>
  ({
    status: "pending",
    attemptCount,
    nextAttemptAt: new Date(now + seconds * 1000).toISOString(),
  }) as const;

test("a status says how many attempts it took, or when the next one is", () => {
  const text = (delivery: Parameters<typeof deliveryStatusText>[0], paused = false) =>
    deliveryStatusText(delivery, { now, paused });
  const done = { nextAttemptAt: null };
  expect(text({ status: "delivered", attemptCount: 1, ...done })).toBe("Delivered");
  expect(text({ status: "delivered", attemptCount: 3, ...done })).toBe("Delivered after 3 attempts");
  expect(text({ status: "failed", attemptCount: 20, ...done })).toBe("Failed");
  expect(text({ status: "skipped", attemptCount: 0, ...done })).toBe("Skipped");
  expect(text(waiting(300, 2))).toBe("Waiting: next attempt in 5 min");
  expect(text(waiting(300, 0))).toBe("Waiting: first attempt in 5 min");
  expect(text(waiting(5, 0))).toBe("Sending");
  expect(text(waiting(-60, 0))).toBe("Sending");
  expect(text(waiting(-60, 4))).toBe("Sending again");
  expect(text(waiting(-60, 4), true)).toBe("Waiting: subscription paused");
});

test("without a clock a status promises no time", () => {
  expect(deliveryStatusText(waiting(300, 2), { now: null, paused: false })).toBe("Waiting");
});

test("a body is indented only if it is JSON", () => {
  expect(prettyBody('{"a":[1]}')).toBe('{\n  "a": [\n    1\n  ]\n}');
  expect(prettyBody("<b>no</b>")).toBe("<b>no</b>");
});

test("the headers are those of the stored attempt", () => {
  expect(requestHeaders("evt_1", { signature: "t=1764324000,v1=aa,v1=bb" })).toBe(
    [
      "Content-Type: application/json",
      "User-Agent: Keyward-Events/1",
      "Webhook-Id: evt_1",
      "Webhook-Timestamp: 1764324000",
      "X-Keyward-Signature: t=1764324000,v1=aa,v1=bb",
    ].join("\n"),
  );
});
