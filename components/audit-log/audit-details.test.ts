import { expect, it } from "vitest";
import type { AuditEvent } from "@/lib/contracts/audit-events";
import { auditDetails } from "./audit-details";

const of = (details: Record<string, unknown>, action: AuditEvent["action"] = "api_key.updated") =>
  auditDetails({ action, details });

it("shows the old and the new value", () => {
  expect(of({ name: { from: "old", to: "new" } }).changes).toEqual([
    { label: "Name", before: "old", after: "new" },
  ]);
  expect(of({ changes: { expiresAt: { before: null, after: "2027-01-31" } } }).changes).toEqual([
    { label: "Expires at", before: "None", after: "2027-01-31" },
  ]);
});

it("shows only the fields that differ of a change of several", () => {
  const filters = {
    from: { keyIds: [], environments: ["production"] },
    to: { keyIds: ["key_1"], environments: ["production"] },
  };
  expect(of({ filters }).changes).toEqual([{ label: "Filters · key ids", before: "None", after: "key_1" }]);
});

it("tells a change that only the action says, beside the facts", () => {
  expect(of({ because: "its rotation was canceled" }, "api_key.revoked")).toEqual({
    changes: [{ label: "Revoked", before: "No", after: "Yes" }],
    facts: [{ label: "Because", before: null, after: "its rotation was canceled" }],
  });
  // Already paused, for another reason.
  expect(
    of({ because: { from: "failing", to: "key_exposed" } }, "event_subscription.paused").changes,
  ).toEqual([{ label: "Because", before: "failing", after: "key_exposed" }]);
});

it("formats plain values", () => {
  expect(of({ canManageKeys: true, allowedIps: [], environment: "production", rate_limit: 60 })).toEqual({
    changes: [],
    facts: [
      { label: "Can manage keys", before: null, after: "Yes" },
      { label: "Allowed IPs", before: null, after: "None" },
      { label: "Environment", before: null, after: "production" },
      { label: "Rate limit", before: null, after: "60" },
    ],
  });
});

it("flattens nested objects", () => {
  expect(of({ owner: { name: "Ada", role: "admin" } }).facts).toEqual([
    { label: "Owner · name", before: null, after: "Ada" },
    { label: "Owner · role", before: null, after: "admin" },
  ]);
});

it("is empty without details", () => {
  expect(of({})).toEqual({ changes: [], facts: [] });
});
