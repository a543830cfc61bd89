/** `npm run check`: all static checks of the sources. Needs no servers. */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { generatePrismaClient } from "./build.mjs";
import { ensureInstalled } from "./install.mjs";
import { root, runNode, script } from "./run.mjs";

const bin = (...path) => join(root, "node_modules", ...path);

const checks = {
  "format and lint": [bin("@biomejs", "biome", "bin", "biome"), "check", "--error-on-warnings", "."],
  types: [bin("typescript", "bin", "tsc"), "--noEmit"],
  "import boundaries": cruise(".dependency-cruiser.cjs"),
  "folder circles": cruise(".dependency-cruiser-folders.cjs"),
  "unused code": [bin("knip", "bin", "knip.js"), "--no-progress"],
  licenses: [join(root, "scripts", "check-licenses.mjs")],
  "lock file": [join(root, "scripts", "complete-lockfile.mjs"), "--check"],
};

function cruise(config) {
  const folders = [
    "app",
    "bench",
    "components",
    "e2e",
    "examples",
    "lib",
    "prisma",
    "sdk",
    "server",
    "tests",
  ];
  return [
    bin("dependency-cruiser", "bin", "dependency-cruise.mjs"),
    ...["--config", join(root, config), "--output-type", "err-long"],
    ...folders.filter((name) => existsSync(join(root, name))),
  ];
}

await script(async () => {
  process.chdir(root);
  await ensureInstalled();
  await generatePrismaClient({ onlyIfMissing: true });
  // Generate the types of the routes for `tsc`. Otherwise they are those of the last build, or missing.
  const quiet = ["ignore", "ignore", "inherit"];
  await runNode("next typegen", [bin("next", "dist", "bin", "next"), "typegen"], { stdio: quiet });
  const results = await Promise.all(Object.entries(checks).map(([name, args]) => check(name, args)));
  process.exitCode = results.every(Boolean) ? 0 : 1;
});

/** Prints one line when the check passes, and its whole output when it fails. */
function check(name, args) {
  const start = performance.now();
  const options = { cwd: root, maxBuffer: 64 * 1024 * 1024, env: colors() };
  return new Promise((resolve) => {
    execFile(process.execPath, args, options, (error, stdout, stderr) => {
      const seconds = ((performance.now() - start) / 1000).toFixed(1);
      console.log(`${error ? "failed" : "passed"}  ${name} (${seconds} s)`);
      if (error) console.log(`${stdout}${stderr}`.trimEnd());
      resolve(!error);
    });
  });
}

function colors() {
  const { FORCE_COLOR: _, ...env } = process.env;
  return process.stdout.isTTY && !env.NO_COLOR ? { ...env, FORCE_COLOR: "1" } : { ...env, NO_COLOR: "1" };
}
