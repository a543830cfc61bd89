import { expect, test } from "vitest";
import { presetRange, rangePresets, usageRange, wholeBars } from "./log-range";

test("a range of usage isn't widened by the chart of the access log, so that both count the same", () => {
  for (
    let now = Date.parse("2026-11-28T09:00:00Z");
    now < Date.parse("2026-11-30T10:00:00Z");
    now += 1_234_567
  )
    for (const preset of rangePresets) {
      const { from, to, barSeconds } = usageRange(preset, now);
      expect((to - from) % (barSeconds * 1000)).toBe(0);
      expect((to - from) / (barSeconds * 1000)).toBeLessThan(35);
      expect(wholeBars(from, to), `${preset} at ${new Date(now).toISOString()}`).toMatchObject({ from, to });
    }
});

test("presets reach from at most a bar before their beginning to now; a day begins with a whole hour and has quarters of an hour", () => {
  const now = Date.parse("2026-11-28T09:07:30Z");
  expect(presetRange("15m", now)).toEqual({
    from: Date.parse("2026-11-28T08:52:00Z"),
    to: Date.parse("2026-11-28T09:08:00Z"),
    barSeconds: 60,
  });
  for (const time of [now, Date.parse("2026-11-28T09:59:59Z"), Date.parse("2026-11-28T09:00:00Z")])
    expect(presetRange("24h", time)).toMatchObject({
      from: Date.parse("2026-11-27T09:00:00Z"),
      barSeconds: 900,
    });
});
