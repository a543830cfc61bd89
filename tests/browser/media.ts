import { expect } from "vitest";
import { cdp } from "vitest/browser";

/** Runs `look` with forced colors, as in Windows' contrast themes: system colors, and none of our backgrounds or shadows. */
export async function withForcedColors(look: () => Promise<void>) {
  await emulate("active");
  try {
    expect(matchMedia("(forced-colors: active)").matches).toBe(true);
    await look();
  } finally {
    await emulate("none");
  }
}

async function emulate(forcedColors: "active" | "none") {
  const features = [
    { name: "forced-colors", value: forcedColors },
    { name: "prefers-reduced-motion", value: "reduce" },
  ];
  await cdp().send("Emulation.setEmulatedMedia", { features });
}
