import { expect, test } from "vitest";
import { callerOf, mostCallers } from "./caller";
import type { NewEntry } from "./entry-line";
import { Tally } from "./tally";

const request = { ip: "203.0.113.7", userAgent: "nightly-export/1.4", method: "GET", path: "/v1/files/7" };

test.each([
  ["203.0.113.7", "203.0.113.0/24"],
  ["::ffff:203.0.113.7", "203.0.113.0/24"],
  ["2001:db8:7:0:1:2:3:4", "2001:db8:7:0::/64"],
  [null, ""],
  ["nonsense", ""],
])("the address %s is in the block %s", (ip, address) => {
  expect(callerOf({ ...request, ip }).address).toBe(address);
});

test.each([
  ["nightly-export/1.4", "nightly-export"],
  ["nightly-export/1.5 (linux)", "nightly-export"],
  ["curl/8.5.0", "curl"],
  [
    "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Safari/537.36",
    "Chrome",
  ],
  ["Mozilla/5.0 (Windows NT 10.0) (KHTML, like Gecko) Chrome/130.0 Safari/537.36 Edg/130.0", "Edg"],
  ["Mozilla/5.0 (compatible; bot)", "Mozilla"],
  [null, ""],
  ["", ""],
  ["\u0000\ud800", "\ufffd\ufffd"],
])("the client %j is %j, whatever its version", (userAgent, client) => {
  expect(callerOf({ ...request, userAgent }).client).toBe(client);
});

test.each([
  ["/v1/files/7?", "/v1/files"],
  ["/v1/files", "/v1/files"],
  ["/files/42/parts", "/files/:id"],
  ["/files/usr_01kb2zj4y0e0", "/files/:id"],
  ["/files/8f14e45f-ceea-467f-a0e6-1b2c3d4e5f60", "/files/:id"],
  ["/users/ada@example.com", "/users/:id"],
  ["/users/ada%40example.com/files", "/users/:id"],
  ["/", "/"],
  ["", ""],
  [null, ""],
])("the path %s is the route %s", (path, route) => {
  expect(callerOf({ ...request, path }).route).toBe(route);
});

test("a flood of callers is counted as others, and no request is missing", () => {
  const tally = new Tally();
  const total = mostCallers + 50;
  for (let index = 0; index < total; index += 1) {
    const entry = {
      ...request,
      workspaceId: "ws_1",
      keyId: "key_1",
      outcome: "allowed",
      code: "valid",
      source: "api",
    } as NewEntry;
    tally.add({ ...entry, userAgent: `client${index}` }, 1_000_000 + index);
  }
  const uses = tally.callerUses();
  expect(uses).toHaveLength(mostCallers + 1);
  expect(uses.find(({ address }) => address === "*")).toMatchObject({ allowed: 50 });
  expect(uses.reduce((sum, { allowed }) => sum + allowed, 0)).toBe(total);
});
