import { expect, test } from "vitest";
import type { UsageGroup, UsageRequests } from "@/lib/contracts/usage";
import { accessLogHref, chartOf, groupLabel, restOf } from "./grouped-chart";

const group = (value: string, allowed: number, denied: number, bars: number[]): UsageGroup => ({
  value,
  name: null,
  keys: null,
  allowed,
  denied,
  bars,
});
const usage: UsageRequests = {
  from: "2026-11-28T00:00:00.000Z",
  to: "2026-11-28T00:02:00.000Z",
  barSeconds: 60,
  total: { allowed: 40, denied: 8 },
  bars: [30, 28],
  groups: ["a", "b", "c", "d", "e", "f"].map((value, index) => group(value, 6 - index, 1, [7 - index, 0])),
};

test("the chart has the first five groups, and all other requests of each bar", () => {
  const { series, values } = chartOf("route", usage);
  expect(series.map(({ label, tone }) => [label, tone])).toEqual([
    ["a", 1],
    ["b", 2],
    ["c", 3],
    ["d", 4],
    ["e", 5],
    ["Other or unknown", "rest"],
  ]);
  expect(values).toEqual([
    { a: 7, b: 6, c: 5, d: 4, e: 3, "": 5 },
    { a: 0, b: 0, c: 0, d: 0, e: 0, "": 28 },
  ]);
});

test("without other requests there is no series of them", () => {
  const { series } = chartOf("code", {
    ...usage,
    total: { allowed: 2, denied: 1 },
    bars: [3, 0],
    groups: [group("valid", 2, 0, [2, 0]), group("expired_key", 0, 1, [1, 0])],
  });
  expect(series.map(({ label }) => label)).toEqual(["valid", "expired_key"]);
});

test("the rest is what the table's rows leave of the total", () => {
  expect(restOf(usage)).toEqual({ allowed: 40 - 21, denied: 8 - 6 });
});

test("keys have their names, and permissions the words of the other pages", () => {
  expect(groupLabel("key", { value: "key_1", name: "blog ingest" })).toBe("blog ingest");
  expect(groupLabel("key", { value: "key_1", name: null })).toBe("key_1");
  expect(groupLabel("permission", { value: "read_write", name: null })).toBe("Read & write");
});

test("a row leads to its entries in the same range, also of one key", () => {
  const href = (by: "key" | "permission" | "route" | "code", value: string, keys: string[] | null = null) =>
    accessLogHref("acme", { by, key: by === "route" ? "key_7" : undefined }, usage, { value, keys });
  const page =
    "/acme/settings/api/access-logs?from=2026-11-28T00%3A00%3A00.000Z&to=2026-11-28T00%3A02%3A00.000Z";
  expect(href("key", "key_1")).toBe(`${page}&key=key_1`);
  expect(href("code", "ip_not_allowed")).toBe(`${page}&code=ip_not_allowed`);
  expect(href("route", "/v1/files")).toBe(`${page}&key=key_7&route=%252Fv1%252Ffiles`);
  expect(href("permission", "read_only", ["key_1", "key_2"])).toBe(`${page}&key=key_1%2Ckey_2`);
  expect(href("permission", "read_only")).toBeNull();
});
