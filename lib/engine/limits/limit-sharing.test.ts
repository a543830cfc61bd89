import { afterEach, expect, test } from "vitest";
import { runtime } from "@/lib/server/runtime";
import { useRuntime } from "@/tests/database/runtime";
import { shortTimes } from "@/tests/models/limit-instance";
import { waitUntil } from "@/tests/wait-until";
import type { OtherInstances as Others } from "../leases/lease-store";
import { PostgresGrants } from "../postgres/grant-store";
import { LimitSharing } from "./limit-sharing";
import { SlidingWindow } from "./sliding-window";

useRuntime();
const made: LimitSharing[] = [];
afterEach(async () => void (await Promise.all(made.splice(0).map((sharing) => sharing.stop()))));

const noOthers: Others = { ids: [], alone: 0, inRedis: 0, inPostgres: 0, withoutRedis: 0 };
const one = { ...noOthers, ids: ["one"], inPostgres: 1 };
const two = { ...noOthers, ids: ["one", "two"], inPostgres: 2 };
const noEnd = { mono: Number.POSITIVE_INFINITY, wall: Number.POSITIVE_INFINITY };

function make(memory = new SlidingWindow(shortTimes.windowMs)): LimitSharing {
  const { pool, log } = runtime();
  const stores = { postgres: new PostgresGrants(pool, shortTimes), redis: null };
  const sharing = new LimitSharing(stores, memory, shortTimes, log);
  sharing.rowCreated(sharing.announce());
  made.push(sharing);
  return sharing;
}

/** A renewal that wrote the instance's announcement. */
function renew(sharing: LimitSharing, others: typeof noOthers, now: number): boolean {
  return sharing.applyRenewal(others, sharing.announce(), now, noEnd);
}

test("it is alone only after a renewal that began after its row announced it, and these renewals follow at once", () => {
  const sharing = make();
  expect([renew(sharing, noOthers, 0), sharing.isAlone, sharing.announce().shares]).toEqual([
    true,
    false,
    false,
  ]);
  // Its announcement wasn't visible yet when it looked for others, so another instance may have read the old row.
  expect([renew(sharing, noOthers, 1), sharing.isAlone]).toEqual([true, false]);
  expect([renew(sharing, noOthers, 2), sharing.isAlone]).toEqual([false, true]);
});

test("when another instance joins while it is withdrawing, it keeps sharing, and nothing has to be imported", () => {
  const sharing = make();
  renew(sharing, noOthers, 0);
  renew(sharing, noOthers, 1);
  renew(sharing, one, 2);
  expect([sharing.isAlone, sharing.isOpen(), sharing.announce().shares]).toEqual([false, true, true]);
});

test("when it isn't alone any more, neither it nor others allow anything before its uses are in the store", async () => {
  const memory = new SlidingWindow(shortTimes.windowMs);
  const sharing = make(memory);
  for (const now of [0, 1, 2]) renew(sharing, noOthers, now);
  for (let use = 0; use < 3; use += 1) memory.take("key_alone", 5, 100, "ws");
  renew(sharing, one, 200);
  expect([sharing.isAlone, sharing.isOpen(), sharing.announce().shares]).toEqual([false, false, false]);
  await sharing.waitUntilOpen(performance.now() + 30_000);
  expect([sharing.isOpen(), sharing.announce().shares]).toEqual([true, true]);
  const { rows } = await runtime().pool.query("SELECT counts FROM limits.grants WHERE id = 'key_alone'");
  expect(rows).toEqual([{ counts: [3] }]);
});

test("when the store fails during the import, a later renewal resumes it, and nothing is allowed before", async () => {
  const { pool } = runtime();
  const memory = new SlidingWindow(shortTimes.windowMs);
  const sharing = make(memory);
  for (const now of [0, 1, 2]) renew(sharing, noOthers, now);
  memory.take("key_late", 5, 100, "ws");
  await pool.query("ALTER SCHEMA limits RENAME TO limits_away");
  renew(sharing, one, 200);
  await expect(sharing.waitUntilOpen(performance.now() + 1000)).rejects.toMatchObject({
    code: "unavailable",
    retryAfterSeconds: 1,
  });
  await pool.query("ALTER SCHEMA limits_away RENAME TO limits");
  expect([renew(sharing, one, 700), sharing.isOpen()]).toEqual([true, false]);
  await sharing.waitUntilOpen(performance.now() + 30_000);
  const { rows } = await pool.query("SELECT counts FROM limits.grants WHERE id = 'key_late'");
  expect(rows).toEqual([{ counts: [1] }]);
});

test("it waits for others that are still alone, and wakes up when they aren't", async () => {
  const sharing = make();
  expect(renew(sharing, { ...two, alone: 1 }, 0)).toBe(true);
  expect(sharing.isOpen()).toBe(false);
  const opened = sharing.waitUntilOpen(performance.now() + 30_000);
  expect(renew(sharing, two, 1)).toBe(false);
  await opened;
});

test("after the others have left, it waits until their last uses have left the window", () => {
  const sharing = make();
  renew(sharing, one, 0);
  renew(sharing, noOthers, 1000);
  for (const now of [1500, 3999]) {
    renew(sharing, noOthers, now);
    expect(sharing.announce().shares).toBe(true);
  }
  for (const now of [4000, 4001, 4002]) renew(sharing, noOthers, now);
  expect(sharing.isAlone).toBe(true);
});

test("uses imported twice count once, in addition to those of others", async () => {
  const store = new PostgresGrants(runtime().pool, shortTimes);
  const limits = [{ id: "key_twice", limit: 10, wanted: 4 }];
  const ask = (holder: string) =>
    store.take(
      "ws",
      limits.map((limit) => ({ ...limit, grant: `${holder}:1` })),
      2,
    );
  expect(await ask("me")).toMatchObject([{ granted: 4, remaining: 6 }]);
  expect(await ask("you")).toMatchObject([{ granted: 4, remaining: 2 }]);
  const uses = [{ id: "key_twice", workspaceId: "ws", ages: [900, 20], uses: [1, 2] }];
  for (const _ of ["once", "twice"]) await store.importUses("me", uses);
  await waitUntil("four and three uses are counted", async () => {
    const { rows } = await runtime().pool.query(
      "SELECT (SELECT sum(c) FROM unnest(counts) c)::int AS uses, times[1] < times[2] AS sorted FROM limits.grants WHERE id = 'key_twice'",
    );
    return rows[0].uses === 7 && rows[0].sorted;
  });
});
