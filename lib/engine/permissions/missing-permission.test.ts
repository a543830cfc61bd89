import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { roles } from "@/lib/contracts/permissions";
import { areWithin, type RightsFields, rightsOf } from "../permissions/rights";
import { compileCatalog, emptyCatalog } from "./catalog";
import { missingPermission, type PermissionDemand } from "./missing-permission";
import { parsePermissionQuery } from "./permission-query";

const catalog = compileCatalog("1", {
  permissions: [
    { name: "files:read", title: "Read files", access: "read" },
    { name: "files:write", title: "Change files", access: "write" },
    { name: "runs:read", title: "Read runs", access: "read" },
    { name: "runs:execute", title: "Start runs", access: "write" },
  ],
  routes: [
    { method: "GET", path: "/files/**", permission: "files:read" },
    { method: "*", path: "/files/**", permission: "files:write" },
    { method: "GET", path: "/reports/*", permission: "runs:execute" },
    { method: "*", path: "/open/**", permission: null },
  ],
});
const withoutRoutes = compileCatalog("2", {
  permissions: [...catalog.access].map(([name, access]) => ({ name, access, title: name })),
  routes: [],
});

const nothing: PermissionDemand = {
  writes: false,
  demands: [],
  query: null,
  route: null,
  custom: "if_demanded",
};
const readOnly: RightsFields = { permissionLevel: "read_only", permissions: [], canManageKeys: false };
const readWrite: RightsFields = { ...readOnly, permissionLevel: "read_write" };
const custom = (...permissions: string[]): RightsFields => ({
  ...readOnly,
  permissionLevel: "custom",
  permissions,
});

function passes(key: RightsFields, asked: Partial<PermissionDemand>, by = catalog, role = "owner" as const) {
  return missingPermission(rightsOf(key, role, by), by, { ...nothing, ...asked }) === null;
}
const call = (method: string, path: string, ...overrides: string[]) => ({
  writes: ![method, ...overrides].every((one) => ["GET", "HEAD", "OPTIONS"].includes(one)),
  route: { method, path, overrides },
});
const query = (text: string) => ({ query: parsePermissionQuery(text, "permission") });

describe("demands by name", () => {
  test("a custom key passes only if something is demanded and it meets every demand", () => {
    const key = custom("files:read", "runs:read");
    expect(passes(key, {})).toBe(false);
    expect(passes(key, { demands: ["files:read"] })).toBe(true);
    expect(passes(key, { demands: ["files:read", "runs:read"] })).toBe(true);
    expect(passes(key, { demands: ["files:read", "files:write"] })).toBe(false);
    expect(passes(key, query("files:read OR files:write"))).toBe(true);
    expect(passes(key, query("files:read AND files:write"))).toBe(false);
  });

  test("an unsafe method needs a demanded permission with access write, which the key has", () => {
    const key = custom("files:read", "files:write");
    expect(passes(key, { writes: true, demands: ["files:write"] })).toBe(true);
    expect(passes(key, { writes: true, demands: ["files:read"] })).toBe(false);
    expect(passes(custom("files:read"), { writes: true, ...query("files:read OR files:write") })).toBe(false);
    expect(passes(key, { writes: true, ...query("files:read OR files:write") })).toBe(true);
  });

  test("levels have every declared permission of their access, and no other", () => {
    expect(passes(readOnly, { demands: ["files:read"] })).toBe(true);
    expect(passes(readOnly, { demands: ["files:write"] })).toBe(false);
    expect(passes(readWrite, { writes: true, demands: ["files:write", "files:read"] })).toBe(true);
    for (const key of [readOnly, readWrite, custom("secrets:read")])
      expect(passes(key, { demands: ["secrets:read"] })).toBe(false);
  });

  test("a custom key satisfies neither read nor write", () => {
    const key = custom("files:read", "files:write");
    for (const word of ["read", "write", "read OR write"]) expect(passes(key, query(word)), word).toBe(false);
    expect(passes(readOnly, query("read"))).toBe(true);
    expect(passes(readOnly, query("write"))).toBe(false);
    expect(passes(readWrite, query("read AND write"))).toBe(true);
  });

  test("without a catalog nothing changes for the levels", () => {
    expect(passes(readOnly, call("GET", "/any//thing"), emptyCatalog)).toBe(true);
    expect(passes(readWrite, call("POST", "/any"), emptyCatalog)).toBe(true);
    expect(passes(custom("files:read"), { demands: ["files:read"] }, emptyCatalog)).toBe(false);
  });
});

describe("routes", () => {
  test("the first that matches demands its permission", () => {
    const key = custom("files:read");
    expect(passes(key, call("GET", "/files/1"))).toBe(true);
    expect(passes(key, call("HEAD", "/files/1")), "HEAD counts as GET").toBe(true);
    expect(passes(key, call("DELETE", "/files/1"))).toBe(false);
    expect(passes(custom("files:write"), call("DELETE", "/files/1"))).toBe(true);
    expect(passes(key, call("GET", "/elsewhere")), "no route").toBe(false);
  });

  test("they only narrow what a level allows", () => {
    expect(passes(readOnly, call("GET", "/elsewhere"))).toBe(true);
    expect(passes(readOnly, call("GET", "/reports/1")), "a GET that needs a permission to write").toBe(false);
    expect(passes(readOnly, call("DELETE", "/open/1"))).toBe(false);
    expect(passes(readWrite, call("GET", "/reports/1"))).toBe(true);
  });

  test("a route without a permission leaves reading to the API; writing needs some permission to write", () => {
    expect(passes(custom("files:read"), call("GET", "/open/1"))).toBe(true);
    expect(passes(custom("files:read"), call("POST", "/open/1"))).toBe(false);
    expect(passes(custom("runs:execute"), call("POST", "/open/1"))).toBe(true);
    expect(passes(custom("files:read"), call("GET", "/anything"), withoutRoutes)).toBe(true);
    expect(passes(custom("files:read"), call("POST", "/anything"), withoutRoutes)).toBe(false);
  });

  test("S65 an overridden method has to be permitted in both readings", () => {
    const reader = custom("files:read");
    expect(passes(reader, call("GET", "/files/1", "DELETE"))).toBe(false);
    expect(passes(custom("files:write"), call("GET", "/files/1", "DELETE"))).toBe(false);
    expect(passes(custom("files:read", "files:write"), call("GET", "/files/1", "delete"))).toBe(true);
  });

  test("a path that servers read in different ways passes only for read & write", () => {
    for (const path of [
      "/files//1",
      "/files/./1",
      "/files/../reports/1",
      "/files/%2e%2E/reports/1",
      "/files/.%2e",
      "/files/a\\b",
      "/files/a;b",
      "/files/%2F1",
      "/files/%5c1",
      "/files/%2541",
      "/files/%00",
      "/files/%",
      "/files/%4",
      "/files/1#/../x",
      "files/1",
      "*",
    ]) {
      expect(passes(custom("files:read"), call("GET", path)), path).toBe(false);
      expect(passes(readOnly, call("GET", path)), path).toBe(false);
      expect(passes(readWrite, call("GET", path)), path).toBe(true);
    }
  });

  test("escaped unreserved characters are decoded once; case and a trailing slash matter", () => {
    const key = custom("files:read");
    expect(passes(key, call("GET", "/%66iles/1"))).toBe(true);
    expect(passes(key, call("GET", "/files/a%20b"))).toBe(true);
    expect(passes(key, call("GET", "/files"))).toBe(true);
    expect(passes(key, call("GET", "/files/"))).toBe(true);
    expect(passes(key, call("GET", "/Files/1"))).toBe(false);
    const writer = custom("runs:execute");
    expect(passes(writer, call("GET", "/reports/1"))).toBe(true);
    expect(passes(writer, call("GET", "/reports/1/"))).toBe(false);
    expect(passes(writer, call("GET", "/reports/"))).toBe(false);
  });
});

test("no role, demand or route lets a key do what read & write under its owner's role can't", () => {
  const names = [...catalog.names, "secrets:read"];
  const paths = ["/files/1", "/reports/1", "/open/1", "/elsewhere", "/files//1"];
  fc.assert(
    fc.property(
      fc.constantFrom(...roles),
      fc.constantFrom<RightsFields>(readOnly, readWrite, custom("files:read"), custom(...names)),
      fc.subarray(names),
      fc.constantFrom("GET", "HEAD", "POST", "DELETE"),
      fc.constantFrom(...paths),
      fc.constantFrom(catalog, withoutRoutes, emptyCatalog),
      (role, key, demands, method, path, by) => {
        const asked = { ...nothing, ...call(method, path), demands };
        const rights = rightsOf(key, role, by);
        const most = rightsOf(readWrite, role, by);
        expect(areWithin(rights, most)).toBe(true);
        const isAllowed = missingPermission(rights, by, asked) === null;
        if (isAllowed) expect(missingPermission(most, by, asked)).toBeNull();
        // More demands never allow more.
        if (isAllowed && key.permissionLevel !== "custom")
          expect(missingPermission(rights, by, { ...asked, demands: [] })).toBeNull();
      },
    ),
  );
});

test("a viewer's custom key stays custom, with the permissions that read", () => {
  const rights = rightsOf(custom("runs:execute", "files:read", "gone"), "viewer", catalog);
  expect(rights.permissionLevel).toBe("custom");
  expect([...rights.permissions]).toEqual(["files:read"]);
});
