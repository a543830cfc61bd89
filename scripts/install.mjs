import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";
import { isMain, Refusal, root, run, script } from "./run.mjs";

const stampFile = join(root, "node_modules", ".keyward-stamp");
const lockFile = join(root, "package-lock.json");
/** npm writes it when everything is in its place. */
const recordFile = join(root, "node_modules", ".package-lock.json");

/**
 * Makes node_modules what package-lock.json says, by `npm ci`, unless it is so already. No install scripts run: nothing
 * that is used here needs one. `stdio` is where npm prints.
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
  // They come back at the end: an installation that is killed is known by their absence.
  for (const file of [stampFile, recordFile]) rmSync(file, { force: true });
  const [command, args] = npm();
  const options = ["ci", "--ignore-scripts", "--include=dev", "--no-audit", "--no-fund"];
  // A killed start must leave no npm behind, which the next one would run beside.
  const watch = pathToFileURL(join(root, "scripts", "stop-with-parent.mjs"));
  const env = {
    KEYWARD_STOP_WITH_PARENT: "SIGKILL",
    NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ""} --import ${watch}`.trim(),
  };
  const code = await run(command, [...args, ...options], { stdio, env });
  if (code !== 0) throw new Refusal(`npm ci failed with exit code ${code}; the reason stands above.`);
  writeStamp(stamp);
}

export function requireNode() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  throw new Refusal(`Keyward needs Node.js 20.19 or newer; this is ${process.versions.node}.`);
}

/**
 * npm records in node_modules what it has put there: whoever has run `npm install` need not wait for another. The packages are
 * looked for as well, for npm removes them one by one, and may be killed meanwhile.
 */
function isInstalled() {
  if (!existsSync(recordFile)) return false;
  const { "": _, ...wanted } = JSON.parse(readFileSync(lockFile, "utf8")).packages;
  const present = JSON.parse(readFileSync(recordFile, "utf8")).packages;
  const isPresent = ([path, { version, optional }]) =>
    present[path] ? present[path].version === version : Boolean(optional);
  // Folders that were copied from a machine of another kind hold the programs of that one.
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
    // Another account owns node_modules; it is complete, and that is what matters.
  }
}

/** The npm that runs this script, or else the one on the PATH. */
export function npm() {
  const current = process.env.npm_execpath;
  if (current && basename(current) === "npm-cli.js") return [process.execPath, [current]];
  return [process.platform === "win32" ? "npm.cmd" : "npm", []];
}

if (isMain(import.meta)) await script(ensureInstalled);
