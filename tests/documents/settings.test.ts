import { expect, test } from "vitest";
import { readProjectFile } from "./project-files";

test("docs/settings.md describes every setting, and no other", () => {
  const settings =
    /^export const settings = \{$(.*?)^\} as const;$/ms.exec(
      readProjectFile("lib/server/env-settings.ts"),
    )?.[1] ?? "";
  const read = [...settings.matchAll(/^ {2}([A-Z_]+):/gm)].map(([, name]) => name as string);
  const rows = [...readProjectFile("docs/settings.md").matchAll(/^\| (`[A-Z_`, ]+) \|/gm)].map(
    ([row]) => row,
  );
  const described = rows.flatMap((row) =>
    [...row.matchAll(/`([A-Z_]+)`/g)].map(([, name]) => name as string),
  );
  expect(read.length).toBeGreaterThan(30);
  expect(described.sort()).toEqual(read.sort());
});
