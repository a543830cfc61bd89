import { expect, test } from "vitest";
import type { DeclaredPermission } from "@/lib/contracts/permission-catalog";
import { permissionSentence, permissionsOfLevel } from "./permission-words";

const declared: DeclaredPermission[] = [
  { name: "files:read", title: "Read files", group: "Files", access: "read" },
  { name: "files:write", title: "Change files", group: "Files", access: "write" },
  { name: "runs.read", title: "Read runs", access: "read" },
  { name: "runs.execute", title: "Start runs", access: "write" },
  { name: "pdf:read", title: "Read PDFs", group: "PDF exports", access: "read" },
];

const sentence = (...names: string[]) => permissionSentence(permissionsOfLevel("custom", names, declared));

test("the sentence names what can be read and what can be changed", () => {
  expect(sentence("files:read", "runs.read")).toBe("Can read files and runs. Can’t change anything.");
  expect(sentence("files:read", "runs.execute")).toBe("Can read files. Can change runs.");
  expect(sentence("files:read", "files:write")).toBe("Can change files.");
  expect(sentence("pdf:read")).toBe("Can read PDF exports. Can’t change anything.");
  expect(sentence()).toBe("Can’t do anything yet.");
});

test("levels have what is declared", () => {
  expect(permissionSentence(permissionsOfLevel("read_only", [], declared))).toBe(
    "Can read files, runs, and PDF exports. Can’t change anything.",
  );
  expect(permissionSentence(permissionsOfLevel("read_write", [], declared))).toBe(
    "Can read PDF exports. Can change files and runs.",
  );
});

test("a long list is cut", () => {
  const many = Array.from(
    { length: 8 },
    (_, index): DeclaredPermission => ({
      name: `thing${index}:read`,
      title: "Read",
      access: "read",
    }),
  );
  expect(permissionSentence(many)).toMatch(/thing4, and 3 more\. Can’t change anything\.$/);
});
