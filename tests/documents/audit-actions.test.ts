import { expect, test } from "vitest";
import { actionsOf, auditActionNames, auditGroupNames, auditGroups } from "@/lib/contracts/audit-actions";
import { eventTypeNames } from "@/lib/contracts/event-types";
import { permissions } from "@/lib/contracts/permissions";
import { findingTexts } from "@/lib/server/doctor/finding-texts";
import { projectFiles, readProjectFile } from "./project-files";

const prefixes = [...new Set(auditActionNames.map((action) => action.split(".")[0]))];

test("each audit action that the code records is in one group, with a label", () => {
  const named = new Set<string>();
  for (const file of projectFiles()) {
    if (!/^(lib\/server|prisma)\/.*\.ts$/.test(file) || file.endsWith(".test.ts")) continue;
    for (const [, name] of readProjectFile(file).matchAll(
      new RegExp(`"((?:${prefixes.join("|")})\\.[a-z_]+)"`, "g"),
    ))
      named.add(name as string);
  }
  // Permissions, event types and the checks of doctor have names of the same form.
  const others = new Set<string>([
    ...Object.keys(permissions),
    ...eventTypeNames,
    ...Object.keys(findingTexts),
  ]);
  const recorded = [...named].filter(
    (name) => !others.has(name) || auditActionNames.some((one) => one === name),
  );
  expect(recorded.length).toBeGreaterThan(60);
  expect(recorded.sort()).toEqual([...auditActionNames].sort());
});

test("no action is in two groups, and all have words", () => {
  const all = auditGroupNames.flatMap(actionsOf);
  expect(new Set(all).size).toBe(all.length);
  for (const { label, actions } of Object.values(auditGroups))
    for (const words of [label, ...Object.values(actions)]) expect(words).toMatch(/^\S.*\S$/);
});
