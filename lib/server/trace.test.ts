import { expect, test } from "vitest";
import { currentTraceId, inTrace, readTraceparent, traceHeaders } from "./trace";

const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
const parentId = "00f067aa0ba902b7";

test("a valid traceparent is read, also one of a later version", () => {
  expect(readTraceparent(`00-${traceId}-${parentId}-01`)).toEqual({ traceId, flags: "01" });
  expect(readTraceparent(`00-${traceId}-${parentId}-00`)).toEqual({ traceId, flags: "00" });
  expect(readTraceparent(`cc-${traceId}-${parentId}-01-what-comes-later`)).toEqual({ traceId, flags: "01" });
  // Flags that aren't defined yet are not passed on.
  expect(readTraceparent(`00-${traceId}-${parentId}-ff`)).toEqual({ traceId, flags: "03" });
});

test.each([
  undefined,
  "",
  traceId,
  `00-${traceId}-${parentId}`,
  `00-${traceId.toUpperCase()}-${parentId}-01`,
  `00-${traceId}-${parentId}-01-more`,
  `00-${traceId}-${parentId}-01 `,
  `00-${traceId}-${parentId}-01, 00-${traceId}-${parentId}-01`,
  `ff-${traceId}-${parentId}-01`,
  `cc-${traceId}-${parentId}-01.more`,
  `00-${"0".repeat(32)}-${parentId}-01`,
  `00-${traceId}-${"0".repeat(16)}-01`,
  `00-${traceId}-${parentId}-01\r\nx: y`,
])("no trace: %s", (value) => {
  expect(readTraceparent(value)).toBeNull();
});

test("what a request starts is in its trace, with a parent id of its own, and nothing else is", async () => {
  const header = `00-${traceId}-${parentId}-01`;
  const seen = await inTrace(header, async () => {
    await null;
    return { id: currentTraceId(), first: traceHeaders(), second: traceHeaders() };
  });
  expect(seen.id).toBe(traceId);
  const sent = [seen.first.traceparent, seen.second.traceparent];
  for (const one of sent) expect(one).toMatch(new RegExp(`^00-${traceId}-[0-9a-f]{16}-01$`));
  expect(new Set([...sent, header]).size).toBe(3);
  expect([currentTraceId(), traceHeaders()]).toEqual([undefined, {}]);
  expect(inTrace("not one", currentTraceId)).toBeUndefined();
});
