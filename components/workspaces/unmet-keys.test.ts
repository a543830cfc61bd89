import { expect, it } from "vitest";
import type { UnmetKey } from "@/lib/contracts/key-policy";
import { lacksOf, remedyOf } from "./unmet-keys";

const now = new Date("2026-11-27T12:00:00.000Z");
const key: UnmetKey = {
  id: "key_1",
  name: "blog ingest",
  prefix: "kw_sk_9f3A",
  suffix: "x1Zq",
  ownerName: "Ada",
  createdAt: "2026-11-01T00:00:00.000Z",
  neverExpires: false,
  livesTooLong: false,
  fromAnyAddress: false,
  rotated: false,
};
const policy = { maxLifetimeDays: 90, requireAllowedIps: true };

it("says everything that a key lacks", () => {
  expect(lacksOf({ ...key, neverExpires: true, fromAnyAddress: true }, policy)).toBe(
    "Never expires · Allowed from any address",
  );
  expect(lacksOf({ ...key, livesTooLong: true }, policy)).toBe("Lives longer than 90 days");
});

it("offers a remedy that is possible for the key's age", () => {
  expect(remedyOf({ ...key, neverExpires: true }, policy, now)).toBe("Set an expiration");
  expect(remedyOf({ ...key, neverExpires: true }, { requireExpiry: true }, now)).toBe("Set an expiration");
  expect(remedyOf({ ...key, neverExpires: true, createdAt: "2026-01-01T00:00:00.000Z" }, policy, now)).toBe(
    "Rotate it",
  );
  expect(remedyOf({ ...key, fromAnyAddress: true }, policy, now)).toBe("Add addresses");
  expect(remedyOf({ ...key, fromAnyAddress: true, rotated: true }, policy, now)).toBe("Finish its rotation");
});
