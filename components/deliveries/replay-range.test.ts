import { expect, test } from "vitest";
import { isReplayable, presetRange, replayText } from "./replay-range";

test("a preset ends when it was chosen", () => {
  expect(presetRange("24", Date.parse("2026-11-28T10:00:00.000Z"))).toEqual({
    from: "2026-11-27T10:00:00.000Z",
    to: "2026-11-28T10:00:00.000Z",
  });
});

test("a replay says how many events it sends, or why it can't", () => {
  expect(replayText(1)).toBe("This sends 1 event.");
  expect(replayText(1204)).toBe("This sends 1,204 events.");
  expect(replayText(0)).toBe("No events of this time match the subscription.");
  expect(replayText(100_001)).toMatch(/more than 100,000 events/);
  expect([undefined, 0, 1, 100_000, 100_001].map(isReplayable)).toEqual([false, false, true, true, false]);
});
