import { expect, test } from "vitest";
import { readPresentedKey } from "@/lib/engine/request/presented-key";
import { readHead } from "@/lib/engine/request/request-head";
import { runtime } from "@/lib/server/runtime";
import { useRuntime } from "@/tests/database/runtime";
import { readKey } from "./read-key";

useRuntime();

const lists: [string, string][][] = [
  [],
  [["x-api-key", "one"]],
  [["X-Api-Key", "  one "]],
  [["x-api-key", ""]],
  [["Authorization", "Bearer one"]],
  [["authorization", "bEARER    one"]],
  [["Authorization", "API-KEY one"]],
  [["Authorization", "one"]],
  [["Authorization", "Bearer"]],
  [["Authorization", "api-key "]],
  [["Authorization", "Bearerone"]],
  [["Authorization", "Basic dXNlcjpwYXNz"]],
  [["Authorization", 'Digest username="x", realm="y", uri="/"']],
  [
    ["Authorization", "Basic dXNlcjpwYXNz"],
    ["x-api-key", "one"],
  ],
  [
    ["x-api-key", "one"],
    ["Authorization", "Bearer one"],
  ],
  [
    ["x-api-key", "one"],
    ["Authorization", "Bearer two"],
  ],
  [
    ["x-api-key", ""],
    ["Authorization", "Bearer two"],
  ],
  [
    ["x-api-key", "one"],
    ["X-API-Key", "one"],
  ],
  [
    ["x-api-key", ""],
    ["x-api-key", "one"],
  ],
  [
    ["Authorization", "Bearer one"],
    ["authorization", "Bearer one"],
  ],
  [
    ["Authorization", "Basic dXNlcjpwYXNz"],
    ["Authorization", "Bearer one"],
  ],
  [
    ["Authorization", "Bearer one"],
    ["Authorization", "Basic dXNlcjpwYXNz"],
  ],
  [
    ["Authorization", "Basic dXNlcjpwYXNz"],
    ["Authorization", "Basic dXNlcjpwYXNz"],
  ],
];

test("S40 a key is read as Keyward reads it, from the raw list and from folded headers", () => {
  for (const list of lists) {
    const raw = list.flat();
    const server = readPresentedKey(readHead(raw), "/", runtime().engine.keyFormats);
    const expected = server.ok ? { ok: true, key: server.secret } : server;
    expect(readKey(raw), JSON.stringify(list)).toEqual(expected);
    expect(readKey(new Headers(list)), `folded ${JSON.stringify(list)}`).toEqual(expected);
  }
});
