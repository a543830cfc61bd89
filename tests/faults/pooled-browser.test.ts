import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { expect, test } from "vitest";
import { projectRoot } from "@/server/start-runtime";
import { outputOf } from "@/tests/processes/child-output";

/** Together they use every kind of query of the console: accounts, sessions, keys, members, the log and its counts. */
const specs = ["accounts", "api-keys", "members", "access-logs", "usage"];

test("S74 the console works behind a transaction pooler", async () => {
  const playwright = path.join(projectRoot(), "node_modules/@playwright/test/cli.js");
  const files = specs.map((name) => `e2e/${name}.spec.ts`);
  const child = spawn(
    process.execPath,
    [playwright, "test", ...files, "--reporter=line", "--grep-invert", "axe"],
    {
      cwd: projectRoot(),
      env: { ...process.env, E2E_POOLER: "1", CI: "1" },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  const printed = outputOf(child);
  const [code] = await once(child, "exit");
  const output = await printed.output();
  expect(code, output).toBe(0);
  expect(output).toMatch(/\d+ passed/);
}, 600_000);
