import { expect, it } from "vitest";
import { auditActionNames } from "@/lib/contracts/audit-actions";
import { auditActionLabel, auditVerb } from "./audit-words";

it("gives each action a different label", () => {
  const labels = auditActionNames.map(auditActionLabel);
  expect(new Set(labels).size).toBe(labels.length);
  for (const label of labels) expect(label).toMatch(/^[A-Z]/);
  expect(auditActionLabel("workspace.api_access_enabled")).toBe("Turned on API access");
  for (const label of labels) expect(label).not.toMatch(/ (of|for|to|from|in)$/);
});

it("falls back to the code of an unknown action", () => {
  expect(auditVerb("api_key.disabled")).toBe("disabled the API key");
  expect(auditVerb("api_key.invented")).toBe("api_key.invented");
});
