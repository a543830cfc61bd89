import { describe, expect, test } from "vitest";
import {
  amountToRequest,
  applyReply,
  balanceOf,
  chargeAccount,
  isIdle,
  keepForNextSecond,
  openAccount,
  refundAccount,
  rememberRefusal,
  wasRefused,
} from "./block-account";
import { periodAt } from "./period";

const usage = {
  workspaceId: "ws_1",
  keyId: null,
  meter: "requests",
  period: "day",
  startsMs: 0,
  endsMs: 1,
} as const;
const now = 1_000_000;

function holding(granted: number) {
  const account = openAccount({ ...usage });
  applyReply(account, { block: "7", given: granted, total: granted, used: 0 }, now);
  return account;
}

describe("what is requested", () => {
  test("nothing if the balance suffices for all that wait", () => {
    expect(amountToRequest(holding(10), [4, 6], now)).toBeNull();
  });
  test("at least enough for one, what all need together, and no more while the rate is unknown", () => {
    expect(amountToRequest(holding(2), [7, 3, 5], now)).toEqual({ minimum: 1, needed: 13, desired: 13 });
    expect(amountToRequest(openAccount({ ...usage }), [7], now)).toEqual({
      minimum: 7,
      needed: 7,
      desired: 7,
    });
  });
  test("one second of the current rate, or of the last second's", () => {
    const account = holding(100);
    chargeAccount(account, 100);
    expect(amountToRequest(account, [1], now)).toEqual({ minimum: 1, needed: 1, desired: 100 });
    keepForNextSecond(account);
    expect(amountToRequest(account, [1], now)?.desired).toBe(100);
    keepForNextSecond(account);
    expect(amountToRequest(account, [1], now)?.desired).toBe(1);
  });
});

describe("what is given back", () => {
  test("all of an idle balance, and of a busy one what exceeds the last second's use", () => {
    const account = holding(100);
    chargeAccount(account, 30);
    keepForNextSecond(account);
    expect([account.granted, balanceOf(account, now)]).toEqual([60, 30]);
    keepForNextSecond(account);
    expect([account.granted, balanceOf(account, now)]).toEqual([30, 0]);
    account.dirty = false;
    expect(isIdle(account)).toBe(true);
  });
  test("what a decision gives back can be taken again", () => {
    const account = holding(3);
    chargeAccount(account, 3);
    refundAccount(account, 2);
    expect(balanceOf(account, now)).toBe(2);
  });
});

test("a balance that wasn't confirmed for five seconds isn't used, and a new block starts without it", () => {
  const account = holding(50);
  expect(balanceOf(account, now + 4999)).toBe(50);
  expect(balanceOf(account, now + 5000)).toBe(0);
  applyReply(account, { block: "8", given: 4, total: 4, used: 0 }, now + 20_000);
  expect(balanceOf(account, now + 20_000)).toBe(4);
});

test("a block that was used before continues from its totals", () => {
  const account = openAccount({ ...usage });
  applyReply(account, { block: "7", given: 5, total: 105, used: 100 }, now);
  expect([account.used, balanceOf(account, now)]).toEqual([100, 5]);
});

test("a refusal is remembered for a moment, for the same amount or more, under the same limit", () => {
  const account = openAccount({ ...usage });
  rememberRefusal(account, 3, 10, 1000);
  expect(wasRefused(account, 3, 10, 1099)).toBe(true);
  expect(wasRefused(account, 2, 10, 1099)).toBe(false);
  expect(wasRefused(account, 3, 11, 1099)).toBe(false);
  expect(wasRefused(account, 3, 10, 1100)).toBe(false);
});

test("periods are calendar months and days in UTC, also across leap days and New Year", () => {
  const leap = Date.parse("2028-02-29T23:59:59.999Z");
  const iso = ({ startsMs, endsMs }: { startsMs: number; endsMs: number }) =>
    [startsMs, endsMs].map((moment) => new Date(moment).toISOString().slice(0, 10));
  expect(iso(periodAt("day", leap))).toEqual(["2028-02-29", "2028-03-01"]);
  expect(iso(periodAt("month", leap))).toEqual(["2028-02-01", "2028-03-01"]);
  expect(iso(periodAt("month", Date.parse("2026-12-31T23:00:00Z")))).toEqual(["2026-12-01", "2027-01-01"]);
});
