import { expect, test } from "vitest";
import { findingTexts } from "@/lib/server/doctor/finding-texts";
import { readProjectFile } from "./project-files";

test("docs/troubleshooting.md describes every check of keyward doctor, and no other", () => {
  const rows = [
    ...readProjectFile("docs/troubleshooting.md").matchAll(
      /^\| `([a-z-]+\.[a-z-]+)` \| (.+) \| (.+) \| (.+) \|$/gm,
    ),
  ];
  expect(rows.map(([, id]) => id)).toEqual(Object.keys(findingTexts));
});
