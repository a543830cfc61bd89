/**
 * `npm run test:node -- 22 [FILE...]`: runs unit tests with another version of Node.js, the package that npm has for this platform.
 * Without a file, all of them.
 */
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { ensureBuilt } from "./build.mjs";
import { ensureInstalled, npm } from "./install.mjs";
import { Refusal, root, run, script } from "./run.mjs";

const [version = "", ...files] = process.argv.slice(2);

await script(async () => {
  if (!/^\d+(\.\d+){0,2}$/.test(version))
    throw new Refusal("Which version of Node.js? For example: npm run test:node -- 22");
  process.chdir(root);
  await ensureInstalled();
  await ensureBuilt();
  const folder = mkdtempSync(join(tmpdir(), "keyward-node-"));
  try {
    const node = await install(folder);
    const vitest = join(root, "node_modules", "vitest", "vitest.mjs");
    // First in PATH, so that tests that start programs by name use it as well.
    const env = { PATH: `${dirname(node)}${delimiter}${process.env.PATH}` };
    await run(node, ["--version"], { env });
    process.exitCode = await run(node, [vitest, "run", ...files], { env });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

/** The package for this platform has no install script, unlike `node`, which would run one to fetch it. */
async function install(folder) {
  const platform = process.platform === "win32" ? "win" : process.platform;
  const name = `node-${platform}-${process.arch}`;
  const [command, args] = npm();
  const options = ["install", "--prefix", folder, "--no-save", "--ignore-scripts", "--no-audit", "--no-fund"];
  const code = await run(command, [...args, ...options, `${name}@${version}`]);
  const node = join(folder, "node_modules", name, "bin", process.platform === "win32" ? "node.exe" : "node");
  if (code !== 0 || !existsSync(node)) throw new Refusal(`npm has no Node.js ${version} for this platform.`);
  return node;
}
