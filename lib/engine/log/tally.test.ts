import { array, assert, constantFrom, nat, property, record, string } from "fast-check";
import { expect, test } from "vitest";
import { encodeLine, type NewEntry } from "./entry-line";
import { Tally, tallyOf } from "./tally";

const minute = 60_000_000;
const start = Date.UTC(2026, 10, 22, 13) * 1000;
const decision: NewEntry = {
  kind: "decision",
  requestId: "req_1",
  workspaceId: "ws_1",
  keyId: "key_1",
  userId: null,
  source: "api",
  method: "GET",
  path: "/",
  outcome: "allowed",
  status: 200,
  code: "valid",
  ip: "203.0.113.7",
  userAgent: "test",
};
const decisions = array(
  record({
    keyId: constantFrom(null, "key_1", "key_2", "key_3"),
    workspaceId: constantFrom(null, "ws_1"),
    outcome: constantFrom("allowed" as const, "denied" as const),
    ip: constantFrom(null, "203.0.113.7", "2001:db8::1"),
    method: constantFrom(null, "GET", "POST"),
    path: constantFrom("/", "/v1/files", "/v1/files/7", "/v1").chain((path) =>
      string({ unit: "binary", maxLength: 70 }).map((rest) => `${path}${rest}`),
    ),
    userAgent: string({ unit: "binary", maxLength: 80 }),
    spent: array(record({ block: constantFrom("1", "2", "7"), amount: nat(9) }), { maxLength: 3 }),
    later: constantFrom(1, 500, minute / 3, minute),
    code: constantFrom("valid" as const, "rate_limit_exceeded" as const),
    source: constantFrom("api" as const, "verify" as const),
    wouldDeny: constantFrom(null, "ip_not_allowed" as const),
  }),
  { maxLength: 40 },
);

test("counting entries and counting their encoded lines gives the same result", () => {
  assert(
    property(decisions, (found) => {
      const asTheyCome = new Tally();
      const counts = new Map<string, number>();
      let at = start;
      let lines = "";
      for (const { later, ...some } of found) {
        at += later;
        const entry = { ...decision, ...some };
        asTheyCome.add(entry, at);
        lines += encodeLine(entry, at, "0b7b6c1e-5d2e-4f0e-9a55-0123456789ab", 1);
        if (!entry.keyId || !entry.workspaceId) continue;
        const { keyId, code, wouldDeny, source } = entry;
        const use = [
          keyId,
          new Date(at / 1000).toISOString().slice(0, 16),
          code,
          wouldDeny ?? "",
          source,
        ].join(" ");
        counts.set(use, (counts.get(use) ?? 0) + 1);
      }
      const readBack = tallyOf(Buffer.from(lines));
      expect(readBack.keyCounts()).toEqual(asTheyCome.keyCounts());
      expect(readBack.lastUses()).toEqual(asTheyCome.lastUses());
      expect(readBack.callerUses()).toEqual(asTheyCome.callerUses());
      const called = asTheyCome.callerUses().reduce((sum, use) => sum + use.allowed + use.denied, 0);
      expect(called).toBe(found.filter(({ keyId, workspaceId }) => keyId && workspaceId).length);
      expect(readBack.spent).toEqual(asTheyCome.spent);
      const counted = asTheyCome
        .keyCounts()
        .map(
          ({ keyId, minute: of, code, wouldDeny, source, count }) =>
            [[keyId, of.slice(0, 16), code, wouldDeny, source].join(" "), count] as const,
        );
      expect(new Map(counted)).toEqual(counts);
      expect(counted).toHaveLength(counts.size);
    }),
  );
});

test("when a minute ends between two entries, they count separately, and the last use is the later one", () => {
  const tally = new Tally();
  const denied = { ...decision, outcome: "denied", code: "expired_key" } as const;
  tally.add(decision, start + minute - 1);
  tally.add({ ...denied, ip: "198.51.100.1" }, start + minute);
  tally.add({ ...decision, userAgent: "later" }, start + minute + 1);
  tally.add(denied, start + 2 * minute);
  const use = { keyId: "key_1", workspaceId: "ws_1", source: "api", wouldDeny: "", count: 1 };
  const counts = tally
    .keyCounts()
    .sort((one, other) => (one.minute + one.code < other.minute + other.code ? -1 : 1));
  expect(counts).toEqual([
    { ...use, minute: "2026-11-22T13:00:00.000000Z", code: "valid" },
    { ...use, minute: "2026-11-22T13:01:00.000000Z", code: "expired_key" },
    { ...use, minute: "2026-11-22T13:01:00.000000Z", code: "valid" },
    { ...use, minute: "2026-11-22T13:02:00.000000Z", code: "expired_key" },
  ]);
  expect(tally.lastUses()).toEqual([
    { keyId: "key_1", at: "2026-11-22T13:01:00.000001Z", ip: "203.0.113.7", userAgent: "later" },
  ]);
});
