import { expect, test } from "vitest";
import { parsePermissionQuery } from "./permission-query";

const ask = (query: string, ...granted: string[]) =>
  parsePermissionQuery(query, "permissions").isMet((name) => granted.includes(name));

test("AND binds tighter than OR, and parentheses tighter than both", () => {
  expect(ask("read", "read")).toBe(true);
  expect(ask("write", "read")).toBe(false);
  expect(ask("read AND write", "read")).toBe(false);
  expect(ask("read OR write", "read")).toBe(true);
  expect(ask("read OR write AND manage_keys", "read")).toBe(true);
  expect(ask("(read OR write) AND manage_keys", "read")).toBe(false);
  expect(ask("((read))", "read")).toBe(true);
  expect(ask("constructor", "read")).toBe(false);
});

test("a malformed query is rejected at any depth", () => {
  for (const query of [
    "",
    " ",
    "AND",
    "read AND",
    "OR read",
    "read write",
    "(read",
    "read)",
    "()",
    "(".repeat(1000),
  ])
    expect(() => parsePermissionQuery(query, "permissions"), query).toThrow(/AND and OR/);
});
