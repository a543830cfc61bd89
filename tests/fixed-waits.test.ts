import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { projectRoot } from "@/server/start-runtime";

/** Patterns of fixed waits and time limits in tests, which fail on a busy machine. */
const wrong: [string, RegExp][] = [
  [
    "a timer: wait for what is to happen (waitUntil)",
    /\bsetTimeout\(|\btimers\/promises\b|\bAtomics\.wait\b/,
  ],
  ["a fixed wait of the browser: expect what is to be seen", /\bwaitForTimeout\(/],
  // An hour simulates a statement that never ends.
  ["a fixed wait of the database: hold a lock, and let it go", /\bpg_sleep\w*\((?!3600\))/],
  [
    "a limit on a duration: move a clock of the test's own",
    /(performance|Date)\.now\(\) - \w+\)\s*\.(toBeLessThan|not\.toBeGreater)/,
  ],
];
/** The only allowed timers: in waitUntil, and in clients that pause between calls. */
const timers = "tests/wait-until.ts";
/** Load tests. The pause of their clients doesn't affect the result; without it, they would leave no CPU time for the server. */
const loads = [
  "deploy/redis-away.test.ts",
  "e2e/rotation.spec.ts",
  "tests/models/revocation-run.ts",
  "tests/processes/spool-process.ts",
  "tests/system/sockets.test.ts",
];

const isTest = (file: string) =>
  /\.(test|spec)\.tsx?$|^(tests|e2e)\/.*\.m?ts$/.test(file) && file !== "tests/fixed-waits.test.ts";

const folders = ["app", "bench", "components", "deploy", "e2e", "examples", "lib", "sdk", "server", "tests"];

function testFiles(): string[] {
  return folders
    .flatMap((folder) =>
      readdirSync(path.join(projectRoot(), folder), { encoding: "utf8", recursive: true }).map((file) =>
        path.posix.join(folder, file.replaceAll(path.sep, "/")),
      ),
    )
    .filter((file) => isTest(file) && !file.includes("/node_modules/"));
}

function findings(file: string, text: string): string[] {
  // A test with fake timers may use timers.
  const mayUseTimers = file === timers || /\bvi\.useFakeTimers\(/.test(text);
  const rules = mayUseTimers ? wrong.slice(1) : wrong;
  const found = rules.filter(([, pattern]) => pattern.test(text)).map(([what]) => `${file}: ${what}`);
  if (/\brestBetweenCalls\(/.test(text) && ![timers, ...loads].includes(file))
    found.push(`${file}: a client that rests, in what is no load`);
  return found;
}

test("no test waits a fixed time or limits how long something may take", () => {
  const files = testFiles();
  expect(files).toContain(timers);
  expect(files.length).toBeGreaterThan(100);
  expect(
    files.flatMap((file) => findings(file, readFileSync(path.join(projectRoot(), file), "utf8"))),
  ).toEqual([]);
});

test.each([
  "await new Promise((resolve) => setTimeout(resolve, 20));",
  'import { setTimeout as delay } from "node:timers/promises";',
  "await page.waitForTimeout(500);",
  'await pool.query("SELECT pg_sleep(1)");',
  "expect(performance.now() - startedAt).toBeLessThan(5000);",
  "expect(Date.now() - before)\n  .toBeLessThanOrEqual(10);",
  "await restBetweenCalls(20);",
])("it finds: %s", (line) => {
  expect(findings("tests/any.test.ts", line)).toHaveLength(1);
});
