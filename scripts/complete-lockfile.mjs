/**
 * Completes package-lock.json. If a registry lacks a package for some platform, npm leaves it out of the lock file, and `npm ci`
 * then rejects the lock file with a registry that has it. Run this after every change of the lock file. With `--check` it only
 * reports what is wrong.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./run.mjs";

const operatingSystems = ["android", "darwin", "freebsd", "linux", "openharmony", "win32"];
const processors = ["arm", "arm64", "ia32", "ppc64", "riscv64", "s390x", "wasm32", "x64"];

const file = join(root, "package-lock.json");
const lock = JSON.parse(readFileSync(file, "utf8"));
const missing = findMissing(lock.packages);
const addressed = Object.keys(lock.packages).filter((path) => lock.packages[path].resolved);

if (process.argv.includes("--check")) {
  for (const { path } of missing) console.error(`package-lock.json lacks ${path}.`);
  for (const path of addressed) console.error(`package-lock.json names a download address for ${path}.`);
  if (missing.length + addressed.length > 0) console.error("Run `node scripts/complete-lockfile.mjs`.");
  process.exit(missing.length + addressed.length > 0 ? 1 : 0);
}

for (const { path, entry } of missing) lock.packages[path] = entry;
// Download URLs would tie all users to the registry of the last person who changed the lock file.
for (const path of addressed) delete lock.packages[path].resolved;
const sorted = Object.entries(lock.packages).sort(([a], [b]) => a.localeCompare(b, "en"));
lock.packages = Object.fromEntries(sorted);
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
console.log(`Added ${missing.length} platform entries, removed ${addressed.length} download addresses.`);

/** The optional dependencies of locked packages that are missing in the lock file. */
function findMissing(packages) {
  const missing = new Map();
  for (const [owner, { optionalDependencies = {}, dev, devOptional }] of Object.entries(packages)) {
    for (const [name, version] of Object.entries(optionalDependencies)) {
      const found = searchPaths(owner, name).find((path) => path in packages);
      const isExact = /^\d+\.\d+\.\d+[^\s|]*$/.test(version);
      if (found && (!isExact || packages[found].version === version)) continue;
      if (!isExact) throw new Error(`${name}@${version} is a range: its exact version is unknown.`);
      const shared = `node_modules/${name}`;
      const isTaken = shared in packages || (missing.has(shared) && missing.get(shared).version !== version);
      missing.set(isTaken ? `${owner}/node_modules/${name}` : shared, {
        ...platformEntry(name, version),
        ...(dev && { dev }),
        ...(devOptional && { devOptional }),
      });
    }
  }
  return [...missing].map(([path, entry]) => ({ path, entry }));
}

/** Where a package's dependencies are looked up: `a/node_modules/b/node_modules`, then `a/node_modules`, then `node_modules`. */
function searchPaths(owner, name) {
  const parts = owner.split("/node_modules/");
  const owners = parts.map((_, index) => parts.slice(0, parts.length - index).join("/node_modules/"));
  return [...owners.filter(Boolean).map((path) => `${path}/node_modules/${name}`), `node_modules/${name}`];
}

/** The entry that npm would have written, derived from the name, which names the platform. */
function platformEntry(name, version) {
  const words = name.split("/").at(-1).split("-");
  const os = operatingSystems.find((system) => words.includes(system));
  const cpu = processors.find((processor) => words.includes(processor));
  if (!cpu) throw new Error(`The name ${name} doesn't tell its platform.`);
  const libc = { musl: "musl", gnu: "glibc" }[words.at(-1)?.match(/^(musl|gnu)/)?.[1]];
  return {
    version,
    cpu: [cpu],
    ...(libc && os === "linux" && { libc: [libc] }),
    optional: true,
    ...(os && { os: [os] }),
  };
}
