import { expect, test } from "vitest";
import { runtime } from "@/lib/server/runtime";
import { useRuntime } from "@/tests/database/runtime";
import { LimitHistory } from "@/tests/models/limit-history";
import { PostgresGrants } from "../postgres/grant-store";
import type { LimitTimes } from "./grant-store";

useRuntime();
/** No timeouts, because time is simulated and the machine may be slow. */
const times: LimitTimes = { windowMs: 2000, grantMs: 1000, timeoutMs: 30_000 };

/** Histories of three holders on the real store, each with its own limit. `counted` is how long the store counts uses. */
async function play(name: string, runs: number, limit: number, counted = times) {
  const histories: LimitHistory[] = [];
  for (let seed = 1; seed <= runs; seed += 1) {
    const store: PostgresGrants = new PostgresGrants(runtime().pool, counted, () => history.now);
    const history: LimitHistory = new LimitHistory(store, times, `${name}-${seed}`, limit, seed);
    await history.play(40);
    histories.push(history);
  }
  return histories;
}

test("S53 no window over three holders has more uses than the limit while any of them is paused", async () => {
  for (const limit of [5, 40]) {
    const histories = await play(`exact-${limit}`, 9, limit);
    for (const history of histories) expect(history.mostInWindow()).toBeLessThanOrEqual(limit);
    // A history that doesn't reach the limit, or in which nothing is refused, proves nothing.
    expect(Math.max(...histories.map((history) => history.mostInWindow()))).toBeGreaterThan(0.9 * limit);
    expect(histories.reduce((sum, { refusals }) => sum + refusals, 0)).toBeGreaterThan(100);
  }
});

test("S53 if grants counted only for the window, some windows would exceed the limit", async () => {
  const histories = await play("short", 20, 5, { ...times, windowMs: 1000 });
  expect(histories.some((history) => history.mostInWindow() > 5)).toBe(true);
});
