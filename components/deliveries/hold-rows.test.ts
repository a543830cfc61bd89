import { expect, test } from "vitest";
import { holdRows } from "./hold-rows";

const row = (id: string, status = "pending") => ({ id, status });

test("rows stay where they are, with their new state, and new ones are counted", () => {
  const held = [row("d"), row("c"), row("b")];
  const rows = [row("f"), row("e"), row("d", "delivered"), row("b")];
  expect(holdRows(held, rows)).toEqual({ rows: [row("d", "delivered"), row("c"), row("b")], fresh: 2 });
});

test("older rows that are loaded while reading are added below", () => {
  const held = [row("d"), row("c")];
  expect(holdRows(held, [row("e"), row("d"), row("c"), row("b"), row("a")])).toEqual({
    rows: [row("d"), row("c"), row("b"), row("a")],
    fresh: 1,
  });
});

test("an empty list has nothing to hold", () => {
  expect(holdRows([], [row("a")])).toEqual({ rows: [row("a")], fresh: 0 });
});
