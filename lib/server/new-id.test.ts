import { expect, test } from "vitest";
import { newId } from "./new-id";

test("an id is a prefix, the time, and 16 random characters, and ids are unique", () => {
  const now = Date.now();
  // More than are drawn at once.
  const ids = Array.from({ length: 2000 }, () => newId("req", now));
  for (const id of ids) expect(id).toMatch(/^req_[0-9a-hjkmnp-tv-z]{26}$/);
  expect(new Set(ids).size).toBe(2000);
  expect(new Set(ids.map((id) => id.slice(4, 14))).size).toBe(1);
  expect(new Set(ids.map((id) => id.slice(14)).join("")).size).toBe(32);
});

test("ids sort by creation time", () => {
  const ids = [1, 31, 32, 1_800_000_000_000, 1_800_000_000_001, 2 ** 47].map((now) => newId("key", now));
  expect([...ids].sort()).toEqual(ids);
});
