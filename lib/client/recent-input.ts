const recentInputMs = 30_000;

/** Opening the page counts as input. */
let lastInputAt = Date.now();

if (typeof window !== "undefined") {
  for (const type of ["pointerdown", "pointermove", "keydown", "touchstart", "wheel"] as const) {
    window.addEventListener(type, () => (lastInputAt = Date.now()), { capture: true, passive: true });
  }
}

/** Whether there was input in the last 30 seconds, so that a request counts as the person's activity. */
export function hasRecentInput(): boolean {
  return Date.now() - lastInputAt < recentInputMs;
}
