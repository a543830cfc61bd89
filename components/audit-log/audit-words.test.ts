import { expect, it } from "vitest";
import { auditActionNames } from "@/lib/contracts/audit-actions";
import { actionChoices, actionNamed, actionsLike, auditActionLabel, auditVerb } from "./audit-words";

it("gives each action a different label", () => {
  const labels = auditActionNames.map(auditActionLabel);
  expect(new Set(labels).size).toBe(labels.length);
  for (const label of labels) expect(label).toMatch(/^[A-Z]/);
  expect(auditActionLabel("workspace.api_access_enabled")).toBe("Turned on API access");
  for (const label of labels) expect(label).not.toMatch(/( (of|for|to|from|in)|:)$/);
});

it("falls back to the code of an unknown action", () => {
  expect(auditVerb("api_key.disabled")).toBe("disabled the API key");
  expect(auditVerb("api_key.invented")).toBe("api_key.invented");
});

it("finds actions by label and by code, below their group", () => {
  const found = (typed: string) => actionsLike(typed).map(({ value }) => value);
  expect(found("renamed the api")).toEqual(["keys", "api_key.renamed"]);
  expect(found("key_policy")).toEqual(["keys", "workspace.key_policy_changed"]);
  expect(found("sign-in and")).toContain("workspace.domain_added");
  expect(found("")).toEqual(actionChoices.map(({ value }) => value));
  expect(found("nothing like it")).toEqual([]);
});

it("names each choice differently, and finds it by its name or value", () => {
  expect(new Set(actionChoices.map(({ text }) => text)).size).toBe(actionChoices.length);
  for (const choice of actionChoices)
    for (const name of [choice.text, choice.value]) expect(actionNamed(name)).toBe(choice);
  expect(actionNamed("accounts")).toBeUndefined();
});
