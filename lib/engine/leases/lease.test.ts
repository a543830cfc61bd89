import { expect, test } from "vitest";
import {
  applyReply,
  cannotAllow,
  databaseTime,
  type Invalidation,
  invalidationsRead,
  isFresh,
  isLive,
  joinedLease,
  type Lease,
  leaseOverAfter,
  leaseTimes,
  type RenewalReply,
} from "./lease";

const reply = (fields: Partial<RenewalReply> = {}): RenewalReply => ({
  held: true,
  timeline: "one",
  epoch: 0,
  prunedTo: 0,
  invalidations: [],
  databaseMs: 1_000_000,
  ...fields,
});

/** A renewal that is sent at a given time on both clocks. */
function renew(lease: Lease, fields: Partial<RenewalReply> = {}, sentAt = 1000, receivedAt = sentAt + 2) {
  return applyReply(lease, reply(fields), { mono: sentAt, wall: sentAt }, receivedAt, leaseTimes);
}

const entry = (epoch: number, hash = "h") => ({
  timeline: "one",
  epoch,
  hash,
  key: { keyId: "k", memberId: "m", workspaceId: "w" },
});
const change = (scope: Invalidation["scope"], id: string, epoch: number) => ({ scope, id, epoch });

test("S35 a lease counts from before it was requested, on both clocks, and joining grants none", () => {
  const lease = joinedLease("one");
  expect(isLive(lease, 1, 1)).toBe(false);
  renew(lease, {}, 1000, 2900);
  expect(isLive(lease, 2999, 2999)).toBe(true);
  expect(isLive(lease, 3000, 2999)).toBe(false);
  expect(isLive(lease, 2999, 3000)).toBe(false);
});

test("S35 a lost row or a new timeline ends the lease at once", () => {
  for (const change of [{ held: false }, { timeline: "two" }]) {
    const lease = joinedLease("one");
    renew(lease);
    expect(renew(lease, change)).toBe("rejoin");
    expect(isLive(lease, 1001, 1001)).toBe(false);
  }
  expect(isFresh(joinedLease("two"), entry(9))).toBe(false);
});

test.each(["key k", "member m", "workspace w", "hash h", "all "])(
  "S35 a change of %s voids what was read before it",
  (named) => {
    const [scope, id] = named.split(" ") as [Invalidation["scope"], string];
    const lease = joinedLease("one");
    expect(renew(lease, { epoch: 5, invalidations: [change(scope, id, 5)] })).toBe("advanced");
    expect([isFresh(lease, entry(4)), isFresh(lease, entry(5))]).toEqual([false, true]);
    expect(renew(lease, { epoch: 5 })).toBe("same");
    expect(isFresh(lease, entry(4))).toBe(false);
    if (scope !== "all") {
      const other = { ...entry(4, "h2"), key: { keyId: "k2", memberId: "m2", workspaceId: "w2" } };
      expect(isFresh(lease, other)).toBe(true);
    }
  },
);

test("S35 an instance that read only part of the changes, or came after they were pruned, forgets everything", () => {
  const part = Array.from({ length: invalidationsRead + 1 }, (_, index) => change("key", `x${index}`, 7));
  for (const change of [{ invalidations: part }, { prunedTo: 1 }]) {
    const lease = joinedLease("one");
    renew(lease, { epoch: 7, ...change });
    expect([isFresh(lease, entry(6)), isFresh(lease, entry(7))]).toEqual([false, true]);
  }
});

test("S35 too many floors are replaced by one for everything", () => {
  const lease = joinedLease("one");
  for (let epoch = 1; epoch <= 21; epoch += 1)
    renew(lease, {
      epoch,
      invalidations: Array.from({ length: 1000 }, (_, index) => change("key", `${epoch}-${index}`, epoch)),
    });
  expect(lease.floorCount).toBeLessThan(20_001);
  expect(isFresh(lease, { ...entry(0), key: { keyId: "1-1", memberId: "m", workspaceId: "w" } })).toBe(false);
  expect(isFresh(lease, entry(21))).toBe(true);
});

test("S35 an acknowledgment counts for its epoch and timeline, a lease until it has ended", () => {
  const row = { id: "i", timeline: "one", applied: 5, leaseMs: 2000 };
  const outcome = (applied: number, timeline: string, elapsed: number) =>
    cannotAllow({ ...row, applied }, { epoch: 5, timeline }, row, elapsed);
  expect(outcome(5, "one", 0)).toBe("acknowledged");
  expect(outcome(4, "one", leaseOverAfter(2000) - 1)).toBeNull();
  expect(outcome(5, "two", 0)).toBeNull();
  expect(outcome(4, "one", leaseOverAfter(2000))).toBe("lapsed");
  expect(outcome(5, "one", leaseOverAfter(2000))).toBe("acknowledged");
  expect(cannotAllow(undefined, { epoch: 5, timeline: "one" }, row, 0)).toBe("lapsed");
  // The longest that the lease can last on a clock that is slower by up to 5%.
  expect(leaseOverAfter(2000)).toBeGreaterThanOrEqual(2000 * 1.05);
});

test("the database's time never goes back, and a local clock that is too fast doesn't run ahead of it", () => {
  const lease = joinedLease("one");
  let previous = 0;
  let wrong = 0;
  let real = 0;
  // A day of renewals: our clock gains 100 ms per minute, and sometimes a reply takes 1.5 seconds.
  const ours = () => real * (1 + 100 / 60_000);
  for (let turn = 0; turn < 172_800; turn += 1) {
    const sentAt = ours();
    const databaseMs = 1_000_000 + real;
    real += turn % 100 === 0 ? 1500 : 2;
    renew(lease, { databaseMs }, sentAt, ours());
    const now = databaseTime(lease, ours());
    if (now < previous || Math.abs(now - (1_000_000 + real)) > 800) wrong += 1;
    previous = now;
    real += 500;
  }
  expect(wrong).toBe(0);
});

test("a reply that took hours doesn't set the clock", () => {
  const lease = joinedLease("one");
  renew(lease, { databaseMs: 1_000_000 }, 1000);
  renew(lease, { databaseMs: 1_000_000 + 7_200_000 }, 1500, 7_201_500);
  renew(lease, { databaseMs: 1_000_000 + 7_200_500 }, 7_202_000);
  expect(Math.abs(databaseTime(lease, 7_202_000) - (1_000_000 + 7_200_500))).toBeLessThan(1000);
});
