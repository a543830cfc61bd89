import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { expect, test } from "./fixtures";

const build = path.join(import.meta.dirname, "..", ".next");
const manifestName = "page_client-reference-manifest.js";

/** React and Next.js with its router, on every page. */
const frameworkBytes = 136_500;

/** The limit of our own script for every page, gzipped, including our libraries (React Query, icons). What loads on use doesn't count. */
const mostBytes = 40_000;

/** Pages that need less. */
const budgets: Record<string, number> = {
  "(auth)/sign-in": 13_000,
  "[workspace]/settings/api/usage": 38_500,
  "[workspace]/settings/api/protect": 39_500,
  "[workspace]/settings/api/event-subscriptions/(list)": 37_000,
  "[workspace]/settings/api/event-subscriptions/[subscriptionId]": 39_000,
  "[workspace]/settings/members": 36_500,
  "[workspace]/settings/profile": 35_000,
  "[workspace]/settings/workspace": 38_500,
};

test("no page loads more script than its budget", () => {
  const pages = findPages();
  expect(pages).toEqual(expect.arrayContaining(Object.keys(budgets)));
  for (const page of pages) {
    const { framework, own } = scriptsOf(page);
    expect(sizeOf(framework), `the framework on ${page}`).toBeLessThanOrEqual(frameworkBytes);
    const size = sizeOf(own);
    const budget = budgets[page] ?? mostBytes;
    expect.soft(size, `${page} loads ${size} bytes`).toBeLessThanOrEqual(budget);
    if (page in budgets)
      expect
        .soft(size, `${page} is ${budget - size} bytes under its budget, which can be lowered`)
        .toBeGreaterThan(budget - 2_000);
  }
});

test("the maps of the console's server code contain no sources, which Node.js would keep in memory", () => {
  const folder = path.join(build, "server");
  const maps = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) =>
    file.endsWith(".map"),
  );
  expect(maps.length).toBeGreaterThan(100);
  for (const map of maps) {
    const text = readFileSync(path.join(folder, map), "utf8");
    expect(JSON.parse(text).version, map).toBe(3);
    expect(text, map).not.toContain('"sourcesContent"');
  }
});

/** Every page of the build, such as `[workspace]/settings/members`. */
function findPages(): string[] {
  return readdirSync(path.join(build, "server/app"), { recursive: true, encoding: "utf8" })
    .filter((file) => path.basename(file) === manifestName)
    .map((file) => path.dirname(file));
}

/** The scripts of a page and its layouts, as Next.js lists them for the HTML. Those of the root layout are Next.js's router. */
function scriptsOf(page: string): { framework: string[]; own: string[] } {
  const manifest = readFileSync(path.join(build, "server/app", page, manifestName), "utf8");
  const { entryJSFiles } = JSON.parse(manifest.slice(manifest.indexOf("] = ") + 4).replace(/;\s*$/, ""));
  const entries = Object.entries<string[]>(entryJSFiles).filter(([entry]) => !entry.includes("global-error"));
  const router = entries.filter(([entry]) => entry.endsWith("/app/layout")).flatMap(([, files]) => files);
  const all = [...new Set(entries.flatMap(([, files]) => files))];
  return {
    framework: [...readJson("build-manifest.json").rootMainFiles, ...router],
    own: all.filter((file) => !router.includes(file)),
  };
}

function sizeOf(files: readonly string[]): number {
  return files.reduce((sum, file) => sum + gzipSync(readFileSync(path.join(build, file))).length, 0);
}

// biome-ignore lint/suspicious/noExplicitAny: manifests of Next.js have no types.
function readJson(name: string): any {
  return JSON.parse(readFileSync(path.join(build, name), "utf8"));
}
