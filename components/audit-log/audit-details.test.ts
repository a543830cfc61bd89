import { expect, it } from "vitest";
import { auditDetails } from "./audit-details";

it("shows what a thing was and what it became", () => {
  expect(auditDetails({ name: { from: "old", to: "new" } })).toEqual([
    { label: "Name", before: "old", after: "new" },
  ]);
  expect(auditDetails({ changes: { expiresAt: { before: null, after: "2027-01-31" } } })).toEqual([
    { label: "Expires at", before: "none", after: "2027-01-31" },
  ]);
});

it("shows plain values in words", () => {
  expect(
    auditDetails({ canManageKeys: true, allowedIps: [], environment: "production", rate_limit: 60 }),
  ).toEqual([
    { label: "Can manage keys", before: null, after: "yes" },
    { label: "Allowed IPs", before: null, after: "none" },
    { label: "Environment", before: null, after: "production" },
    { label: "Rate limit", before: null, after: "60" },
  ]);
});

it("follows a nested object to its ends", () => {
  expect(auditDetails({ owner: { name: "Ada", role: "admin" } })).toEqual([
    { label: "Owner · name", before: null, after: "Ada" },
    { label: "Owner · role", before: null, after: "admin" },
  ]);
});

it("has nothing to show of nothing", () => {
  expect(auditDetails({})).toEqual([]);
});
