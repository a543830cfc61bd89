import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { expect, test } from "vitest";
import { projectRoot } from "@/server/start-runtime";

/** Together they use every kind of query of the console: accounts, second factors, keys, members, the log. */
const specs = [
  "accounts",
  "two-step",
  "recovery",
  "api-keys",
  "members",
  "access-logs",
  "audit-log",
  "usage",
];

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
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk));
  const [code] = await once(child, "exit");
  expect(code, output).toBe(0);
  expect(output).toMatch(/\d+ passed/);
}, 600_000);
