import fc from "fast-check";
import { expect, test } from "vitest";
import { SlidingWindow } from "./sliding-window";

const minute = 60_000;

test("exactly the limit can be used at once, then nothing until the oldest use has left the window", () => {
  const window = new SlidingWindow(minute);
  for (let use = 0; use < 600; use += 1) expect(window.take("key", 600, 1000).allowed).toBe(true);
  const { allowed, state } = window.take("key", 600, 1000);
  expect(allowed).toBe(false);
  expect(state).toEqual({
    now: 1000,
    limit: 600,
    remaining: 0,
    nextInMs: minute,
    fullInMs: minute,
  });
  expect(window.take("key", 600, 1000 + minute - 1).allowed).toBe(false);
  expect(window.take("key", 600, 1000 + minute).allowed).toBe(true);
});

test("peeking takes nothing, and keys are independent", () => {
  const window = new SlidingWindow(minute);
  for (let look = 0; look < 10; look += 1) expect(window.peek("a", 1, 0).remaining).toBe(1);
  expect(window.take("a", 1, 0).allowed).toBe(true);
  expect(window.peek("b", 1, 0).remaining).toBe(1);
});

test("after a limit is lowered, requests are refused until enough uses have left, and the state says when", () => {
  const window = new SlidingWindow(minute);
  for (const at of [0, 10_000, 20_000]) window.take("key", 3, at);
  const { nextInMs } = window.peek("key", 1, 20_000);
  expect(nextInMs).toBe(minute);
  expect(window.take("key", 1, 20_000 + nextInMs - 1).allowed).toBe(false);
  expect(window.take("key", 1, 20_000 + nextInMs).allowed).toBe(true);
});

test("uses that are given back can be taken again, and no more than were taken", () => {
  const window = new SlidingWindow(minute);
  for (const at of [0, 0, 1000, 1000]) window.take("key", 4, at);
  for (const usedAt of [1000, 0, 0, 1000, 0]) window.giveBack("key", usedAt, 1000);
  expect(window.peek("key", 4, 1000)).toEqual({
    now: 1000,
    limit: 4,
    remaining: 4,
    nextInMs: 0,
    fullInMs: 0,
  });
  window.giveBack("unknown", 1000, 1000);
  expect(window.peek("key", 4, minute).remaining).toBe(4);
});

test("S53 giving back an early use late doesn't give back a later one", () => {
  const window = new SlidingWindow(minute);
  window.take("key", 2, 0);
  window.take("key", 2, 1500);
  window.giveBack("key", 0, 2000);
  // Two uses in (1500, 60000]: the one at 1500 still counts.
  expect(window.take("key", 2, minute).allowed).toBe(true);
  expect(window.take("key", 2, minute).allowed).toBe(false);
  // Uses that have left the window can't be given back.
  window.giveBack("key", 0, minute);
  expect(window.peek("key", 2, minute).remaining).toBe(0);
});

test("no wait is longer than the window, even with an older reading of the clock", () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0, max: 2 ** 32, noNaN: true }),
      fc.double({ min: 0, max: 400, noNaN: true }),
      (now, later) => {
        const window = new SlidingWindow(minute);
        expect(window.take("alone", 1, now).state.fullInMs).toBe(minute);
        window.take("shared", 2, now + later);
        const { state } = window.take("shared", 2, now);
        expect([state.nextInMs, state.fullInMs]).toEqual([minute, minute]);
      },
    ),
  );
});

test("a use with an older reading of the clock doesn't let others leave the window early", () => {
  const window = new SlidingWindow(minute);
  for (const at of [1000, 1000.5, 1000.2]) window.take("key", 3, at);
  expect(window.peek("key", 3, 1000.5 + minute - 0.1).remaining).toBe(0);
  expect(window.peek("key", 3, 1000.5 + minute).remaining).toBe(3);
});

test("of two limits both are used, or neither", () => {
  const window = new SlidingWindow(minute);
  const [small, large] = [
    { id: "key", limit: 1 },
    { id: "workspace", limit: 2 },
  ];
  for (const limits of [
    [small, large],
    [large, small],
  ])
    expect(window.hasRoom(limits, 0)).toBe(true);
  window.add([small, large], 0, "workspace");
  for (const limits of [
    [small, large],
    [large, small],
  ])
    expect(window.hasRoom(limits, 0)).toBe(false);
  expect(window.peek("workspace", 2, 0).remaining).toBe(1);
});

test("keys without a use in the window are forgotten", () => {
  const window = new SlidingWindow(minute);
  window.take("old", 1, 0);
  window.take("new", 1, 30_000);
  window.sweep(minute);
  expect(window.size).toBe(1);
  expect(window.peek("new", 1, minute).remaining).toBe(0);
});

/** Gives back the use with index `which`. */
type Step = { wait: number; does: "take" | "give back"; limit: number; which: number };

const step: fc.Arbitrary<Step> = fc.record({
  // Around the length of a slot and of the window, where mistakes are likely.
  wait: fc.oneof(
    fc.constantFrom(0, 1, 499, 500, 501, minute - 501, minute - 1, minute),
    fc.integer({ min: 0, max: 700 }),
    fc.integer({ min: minute - 700, max: minute + 700 }),
  ),
  does: fc.oneof(
    { weight: 5, arbitrary: fc.constant("take" as const) },
    { weight: 1, arbitrary: fc.constant("give back" as const) },
  ),
  limit: fc.integer({ min: 1, max: 6 }),
  which: fc.nat(5),
});

test("compared with a naive log: no window has more uses than the limit, and the waits are right", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), fc.boolean(), (steps, isFixed) => {
      const window = new SlidingWindow(minute);
      /** When each use was taken that was not given back. */
      const log: number[] = [];
      let now = 0;
      let comeBackAt = Number.POSITIVE_INFINITY;
      for (const { wait, does, limit: drawn, which } of steps) {
        now += wait;
        const limit = isFixed ? 3 : drawn;
        if (does === "give back") {
          const index = Math.max(0, log.length - 1 - which);
          const usedAt = log[index];
          if (usedAt === undefined) continue;
          window.giveBack("key", usedAt, now);
          // A use that has left the window still counts as long as its slot does.
          if (usedAt > now - minute) log.splice(index, 1);
          continue;
        }
        const inWindow = log.filter((at) => at > now - minute).length;
        const { allowed, state } = window.take("key", limit, now);
        if (inWindow >= limit) expect(allowed).toBe(false);
        if (isFixed && now >= comeBackAt) expect(allowed).toBe(true);
        // Uses within half a second share a slot, so room may come that much later, never earlier.
        if (!allowed)
          expect(log.filter((at) => at > now - minute - 500).length).toBeGreaterThanOrEqual(limit);
        if (allowed) log.push(now);
        comeBackAt = allowed ? Number.POSITIVE_INFINITY : now + state.nextInMs;
      }
    }),
    { numRuns: 500 },
  );
});
