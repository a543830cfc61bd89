"use client";

import { use } from "react";

/**
 * Delays the first HTML until `until` resolves. React waits 300 ms after the first paint before it reveals content that streams
 * in later; content that arrives with the first HTML appears at once.
 */
export function HoldFirstPaint({ until }: { until: Promise<void> }) {
  use(until);
  return null;
}
