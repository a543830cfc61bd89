import { expect, it } from "vitest";
import { auditDetails } from "./audit-details";

it("shows the old and the new value", () => {
  expect(auditDetails({ name: { from: "old", to: "new" } })).toEqual([
    { label: "Name", before: "old", after: "new" },
  ]);
  expect(auditDetails({ changes: { expiresAt: { before: null, after: "2027-01-31" } } })).toEqual([
    { label: "Expires at", before: "None", after: "2027-01-31" },
  ]);
});

it("formats plain values", () => {
  expect(
    auditDetails({ canManageKeys: true, allowedIps: [], environment: "production", rate_limit: 60 }),
  ).toEqual([
    { label: "Can manage keys", before: null, after: "Yes" },
    { label: "Allowed IPs", before: null, after: "None" },
    { label: "Environment", before: null, after: "production" },
    { label: "Rate limit", before: null, after: "60" },
  ]);
});

it("flattens nested objects", () => {
  expect(auditDetails({ owner: { name: "Ada", role: "admin" } })).toEqual([
    { label: "Owner · name", before: null, after: "Ada" },
    { label: "Owner · role", before: null, after: "admin" },
  ]);
});

it("is empty without details", () => {
  expect(auditDetails({})).toEqual([]);
});
