import { expect, test } from "vitest";
import { prettyLine } from "./pretty-line";

const time = "2026-11-29T14:03:22.123Z";
const shown = (facts: object, colors = false) =>
  prettyLine(`${JSON.stringify({ level: 40, time, version: "1.0.0", pid: 7, ...facts })}\n`, colors).replace(
    /\d\d:\d\d:22\.123/,
    "TIME",
  );

test("a line has time, level, message and what else is told, without what all lines have", () => {
  expect(shown({ instance: "an-id", requestId: "req_1", seconds: 2, msg: "what happened" })).toBe(
    "TIME WARN  what happened requestId=req_1 seconds=2\n",
  );
  expect(shown({ level: 30, path: "/a b", list: ["x"], empty: "", msg: "m" })).toBe(
    'TIME INFO  m path="/a b" list=["x"] empty=""\n',
  );
  expect(shown({ level: 50, msg: "m" }, true)).toBe("\x1b[90mTIME\x1b[0m \x1b[31mERROR\x1b[0m m\n");
});

test("a stack follows on lines of its own, and so do further lines of a message", () => {
  const stack = "Error: broken\n    at first (a.ts:1:2)\n    at second (b.ts:3:4)";
  const lines = "    Error: broken\n    at first (a.ts:1:2)\n    at second (b.ts:3:4)\n";
  expect(shown({ error: stack, msg: "m" })).toBe(`TIME WARN  m\n${lines}`);
  expect(shown({ error: { name: "Error", code: "E1", message: "broken", stack }, msg: "m" })).toBe(
    `TIME WARN  m error=E1\n${lines}`,
  );
  expect(shown({ requestId: "req_1", msg: "one\n  two\nthree" })).toBe(
    "TIME WARN  one requestId=req_1\n    two\n    three\n",
  );
});

test("text from a client can't begin a line or control the terminal", () => {
  const forged = `\n14:03 INFO  forged\r\x1b[2J\u202e\u0085`;
  for (const facts of [{ msg: forged }, { path: forged, msg: "m" }, { [forged]: 1, msg: "m" }]) {
    const lines = shown(facts).split("\n");
    expect(lines.join("")).toContain("forged");
    // What follows the first line is indented, so it can't pass for a line of the log.
    expect(lines.filter((line) => /^\S/.test(line))).toHaveLength(1);
    expect(lines.join("")).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  }
  const inStack = shown({ error: `Error: ${forged}\n    at x`, msg: "m" }).split("\n");
  expect(inStack.filter((line) => /^\S/.test(line))).toHaveLength(1);
  expect(inStack.join("")).not.toMatch(/[\p{Cc}\p{Cf}]/u);
});

test("what isn't JSON stays as it is", () => {
  expect(prettyLine("plain text\n", false)).toBe("plain text\n");
});
