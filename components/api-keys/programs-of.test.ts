import { expect, test } from "vitest";
import type { KeyCaller } from "@/lib/contracts/key-callers";
import { programsOf } from "./programs-of";

const caller: KeyCaller = {
  ...{ block: "203.0.113.0/24", client: "curl", method: "GET", route: "/v1/files", lastIp: "203.0.113.7" },
  ...{ firstAt: "2026-11-20T10:00:00.000Z", lastAt: "2026-11-22T10:00:00.000Z" },
  ...{ allowed: 3, denied: 1, isNew: false },
};

test("the routes of a program are summed", () => {
  const callers = [
    caller,
    { ...caller, client: "wget" },
    { ...caller, route: "/v2", firstAt: "2026-11-19T10:00:00.000Z", lastAt: "2026-11-21T10:00:00.000Z" },
  ];
  expect(programsOf(callers)).toEqual([
    {
      ...caller,
      ...{ method: null, route: null, firstAt: "2026-11-19T10:00:00.000Z", allowed: 6, denied: 2 },
    },
    { ...caller, client: "wget", method: null, route: null },
  ]);
  expect(caller.allowed).toBe(3);
});
