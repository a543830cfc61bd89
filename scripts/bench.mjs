/** `npm run bench`: compares the speed of decisions with a server that decides nothing and with better-auth's API-key plugin. */
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bundleOptions, ensureBuilt, ensureBundled } from "./build.mjs";
import { ensureInstalled, npm } from "./install.mjs";
import { Refusal, root, run, script } from "./run.mjs";

const programs = {
  "bench/main.ts": "bench",
  "bench/load.ts": "bench-load",
  "bench/bare-server.ts": "bench-bare-server",
  "bench/decision-server.ts": "bench-decision-server",
  "bench/log-writer.ts": "bench-log-writer",
  "bench/event-receiver.ts": "bench-event-receiver",
};

await script(async () => {
  process.chdir(root);
  if (process.platform !== "linux")
    throw new Refusal("The benchmark reads CPU times from /proc: run it on Linux, or in a container.");
  await ensureInstalled();
  // Both are measured without the console, and without what decisions are compared with.
  if (["--events", "--log"].some((part) => process.argv.includes(part))) await ensureBundled();
  else {
    await ensureBuilt();
    await ensureContendersInstalled();
  }
  const { build, stop } = await import("esbuild");
  const entryPoints = Object.fromEntries(Object.entries(programs).map(([source, name]) => [name, source]));
  await build({ ...bundleOptions(), entryPoints });
  await stop();
  process.exitCode = await run(process.execPath, ["dist/bench.mjs", ...process.argv.slice(2)]);
});

/** The packages that are compared have their own lock file, so that they are installed only for benchmarks. */
async function ensureContendersInstalled() {
  const folder = join(root, "bench");
  const stampFile = join(folder, "node_modules", ".keyward-stamp");
  const stamp = createHash("sha256")
    .update(readFileSync(join(folder, "package-lock.json")))
    .digest("hex");
  if (existsSync(stampFile) && readFileSync(stampFile, "utf8") === stamp) return;
  console.error("Installing the packages to compare with …");
  const [command, args] = npm();
  const options = ["ci", "--prefix", folder, "--ignore-scripts", "--no-audit", "--no-fund"];
  const code = await run(command, [...args, ...options]);
  if (code !== 0) throw new Refusal(`npm ci failed with exit code ${code}; see the output above.`);
  writeFileSync(stampFile, stamp);
}
