import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";
import { isMain, Refusal, root, run, script } from "./run.mjs";

const stampFile = join(root, "node_modules", ".keyward-stamp");
const lockFile = join(root, "package-lock.json");
/** npm writes this file last, when everything is installed. */
const recordFile = join(root, "node_modules", ".package-lock.json");

/**
 * Runs `npm ci`, unless node_modules already matches package-lock.json. Install scripts are disabled, because no package needs them.
 * `stdio` is where npm prints.
 */
export async function ensureInstalled({ stdio = "inherit" } = {}) {
  requireNode();
  const stamp = createHash("sha256")
    .update(readFileSync(lockFile))
    .update(`${process.platform} ${process.arch}`)
    .digest("hex");
  if (isInstalled()) {
    if (!existsSync(stampFile) || readFileSync(stampFile, "utf8") !== stamp) writeStamp(stamp);
    return;
  }
  console.error("Installing the packages of package-lock.json …");
  // They are written again at the end, so their absence shows that an installation was killed.
  for (const file of [stampFile, recordFile]) rmSync(file, { force: true });
  const [command, args] = npm();
  const options = ["ci", "--ignore-scripts", "--include=dev", "--no-audit", "--no-fund"];
  // When this process is killed, npm must not keep running, because the next start would run another one.
  const watch = pathToFileURL(join(root, "scripts", "stop-with-parent.mjs"));
  const env = {
    KEYWARD_STOP_WITH_PARENT: "SIGKILL",
    NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ""} --import ${watch}`.trim(),
  };
  const code = await run(command, [...args, ...options], { stdio, env });
  if (code !== 0) throw new Refusal(`npm ci failed with exit code ${code}; see the output above.`);
  writeStamp(stamp);
}

export function requireNode() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  throw new Refusal(`Keyward needs Node.js 20.19 or newer; this is ${process.versions.node}.`);
}

/**
 * Compares with npm's record in node_modules, so that nothing is installed twice after `npm install`. Checks the packages as well,
 * because npm removes them one by one and may have been killed.
 */
function isInstalled() {
  if (!existsSync(recordFile)) return false;
  const { "": _, ...wanted } = JSON.parse(readFileSync(lockFile, "utf8")).packages;
  const present = JSON.parse(readFileSync(recordFile, "utf8")).packages;
  const isPresent = ([path, { version, optional }]) =>
    present[path] ? present[path].version === version : Boolean(optional);
  // If node_modules was copied from another kind of machine, it contains programs for that machine.
  const runsHere = ({ os = [process.platform], cpu = [process.arch] }) =>
    os.includes(process.platform) && cpu.includes(process.arch);
  return (
    Object.entries(wanted).every(isPresent) &&
    Object.values(present).every(runsHere) &&
    Object.keys(present).every((path) => existsSync(join(root, path, "package.json")))
  );
}

function writeStamp(stamp) {
  try {
    writeFileSync(stampFile, stamp);
  } catch {
    // Another account owns node_modules. That is fine, since it is complete.
  }
}

/** The npm that runs this script, or the one in PATH. */
export function npm() {
  const current = process.env.npm_execpath;
  if (current && basename(current) === "npm-cli.js") return [process.execPath, [current]];
  return [process.platform === "win32" ? "npm.cmd" : "npm", []];
}

if (isMain(import.meta)) await script(ensureInstalled);
