const inputCountsForMs = 30_000;

/** Opening the page is something the person did. */
let lastInputAt = Date.now();

if (typeof window !== "undefined") {
  for (const type of ["pointerdown", "pointermove", "keydown", "touchstart", "wheel"] as const) {
    window.addEventListener(type, () => (lastInputAt = Date.now()), { capture: true, passive: true });
  }
}

/** Whether the person has touched the page in the last 30 seconds, so that a request may count as their doing. */
export function hasRecentInput(): boolean {
  return Date.now() - lastInputAt < inputCountsForMs;
}
