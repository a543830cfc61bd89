import { readFileSync } from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { expect, test } from "./fixtures";

const build = path.join(import.meta.dirname, "..", ".next");

/** React and Next.js themselves, on every page. */
const frameworkBytes = 133_000;

/** Gzipped bytes of our own script per page, including our libraries (React Query, icons). Dialogs that load later don't count. */
const budgets = {
  "[workspace]/settings/api/keys/(list)": 49_500,
  "[workspace]/settings/api/keys/[keyId]": 52_000,
  "[workspace]/settings/api/access-logs": 53_500,
  "[workspace]/settings/api/usage": 47_500,
  "[workspace]/settings/members": 54_000,
  "[workspace]/settings/security": 53_500,
  "(auth)/sign-in": 28_900,
};

test("no page loads more script than its budget", () => {
  const framework: string[] = readJson("build-manifest.json").rootMainFiles;
  expect(sizeOf(framework)).toBeLessThanOrEqual(frameworkBytes);
  for (const [page, budget] of Object.entries(budgets)) {
    const size = sizeOf(filesOf(page));
    expect.soft(size, `${page} loads ${size} bytes`).toBeLessThanOrEqual(budget);
    expect
      .soft(size, `${page} is ${budget - size} bytes under its budget, which can be lowered`)
      .toBeGreaterThan(budget - 5_000);
  }
});

/** The scripts of a page and its layouts, as Next.js lists them for the HTML. */
function filesOf(page: string): string[] {
  const manifest = readFileSync(
    path.join(build, "server/app", page, "page_client-reference-manifest.js"),
    "utf8",
  );
  const { entryJSFiles } = JSON.parse(manifest.slice(manifest.indexOf("] = ") + 4).replace(/;\s*$/, ""));
  const entries = Object.entries<string[]>(entryJSFiles).filter(([entry]) => !entry.includes("global-error"));
  return [...new Set(entries.flatMap(([, files]) => files))];
}

function sizeOf(files: readonly string[]): number {
  return files.reduce((sum, file) => sum + gzipSync(readFileSync(path.join(build, file))).length, 0);
}

// biome-ignore lint/suspicious/noExplicitAny: manifests of Next.js have no types.
function readJson(name: string): any {
  return JSON.parse(readFileSync(path.join(build, name), "utf8"));
}
