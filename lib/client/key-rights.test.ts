import { describe, expect, it } from "vitest";
import { seesOthersKeys } from "@/lib/client/may-change-key";
import type { KeyStatus } from "@/lib/contracts/api-keys";
import { roles } from "@/lib/contracts/permissions";
import { keyActions, successorRights } from "./key-rights";

const key = (status: KeyStatus) => ({
  owner: { userId: "usr_ada", name: "Ada", role: "member" as const },
  role: "member" as const,
  status,
  expiresAt: "2026-12-22T14:02:11.000Z",
  disabledByAdmin: false,
  rotatedAt: null,
  successor: null,
  disabledAt: status === "disabled" ? "2026-11-22T14:02:11.000Z" : null,
});
const allowed = (actions: ReturnType<typeof keyActions>) =>
  Object.entries(actions).flatMap(([action, may]) => (may ? [action] : []));

describe("keyActions", () => {
  it.each(roles)("lets a %s change their own key", (role) => {
    expect(allowed(keyActions({ userId: "usr_ada", role }, key("active")))).toEqual([
      "rename",
      "extend",
      "rotate",
      "disable",
      ...(role === "owner" || role === "admin" ? ["transfer"] : []),
      "revoke",
    ]);
  });

  it("offers Rotate until the key is rotated, and then what changes the rotation", () => {
    const rotated = {
      ...key("active"),
      rotatedAt: "2026-11-22T14:02:11.000Z",
      successor: { id: "key_2", prefix: "kw_sk_9f3A", suffix: "x1Zq" },
    };
    expect(allowed(keyActions({ userId: "usr_ada", role: "owner" }, rotated))).toEqual([
      "rename",
      "moveRotation",
      "disable",
      "transfer",
      "revoke",
    ]);
  });

  it("offers Extend for keys that expire", () => {
    const never = { ...key("active"), expiresAt: null };
    expect(keyActions({ userId: "usr_ada", role: "owner" }, never).extend).toBe(false);
  });

  it("doesn't offer Rotate for a key of someone with a higher role", () => {
    const owner = { userId: "usr_eve", name: "Eve", role: "owner" as const };
    const owners = { ...key("active"), owner, role: owner.role };
    const may = roles.filter((role) => keyActions({ userId: "usr_bob", role }, owners).rotate);
    expect(may).toEqual(["owner"]);
  });

  it("offers Rotate for an owner's key that acts with a lower role, because it was transferred", () => {
    const owner = { userId: "usr_eve", name: "Eve", role: "owner" as const };
    const transferred = { ...key("active"), owner, role: "member" as const };
    const may = roles.filter((role) => keyActions({ userId: "usr_bob", role }, transferred).rotate);
    expect(may).toEqual(["owner", "admin"]);
  });

  it("lets only admins and owners change other members' keys", () => {
    const may = roles.filter((role) => keyActions({ userId: "usr_bob", role }, key("active")).revoke);
    expect(may).toEqual(["owner", "admin"]);
  });

  it("S70 lets only admins and owners enable what an admin disabled", () => {
    const disabled = { ...key("disabled"), disabledByAdmin: true };
    const may = roles.filter((role) => keyActions({ userId: "usr_ada", role }, disabled).enable);
    expect(may).toEqual(["owner", "admin"]);
  });

  it.each([
    ["disabled", ["rename", "extend", "enable", "transfer", "revoke"]],
    ["expired", ["rename", "extend", "rotate", "transfer", "revoke"]],
    ["revoked", []],
  ] as const)("for a key that is %s", (status, actions) => {
    expect(allowed(keyActions({ userId: "usr_ada", role: "owner" }, key(status)))).toEqual(actions);
  });

  it("offers Disable but not Enable for a key whose owner is suspended", () => {
    const denied = { ...key("disabled"), disabledAt: null };
    expect(allowed(keyActions({ userId: "usr_bob", role: "owner" }, denied))).toEqual([
      "rename",
      "extend",
      "rotate",
      "disable",
      "transfer",
      "revoke",
    ]);
  });
});

it("shows other members' keys only to admins and owners", () => {
  expect(roles.filter((role) => seesOthersKeys({ userId: "usr_bob", role }))).toEqual(["owner", "admin"]);
});

it("offers a successor what the key can do now, without permissions that were removed", () => {
  const permissionLevel = "custom" as const;
  const createdWith = { permissionLevel, permissions: ["old:run", "runs:read"], canManageKeys: false };
  expect(successorRights({ permissionLevel, permissions: ["runs:read"], createdWith })).toEqual({
    permissionLevel: "custom",
    permissions: ["runs:read"],
  });
});
