import { expect, test } from "vitest";
import { rangePresets, usageRange, wholeBars } from "./log-range";

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
