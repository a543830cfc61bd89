/**
 * Completes package-lock.json: a registry that lacks a package for some platform makes npm leave it out of the lock, and
 * `npm ci` then refuses the lock where that registry has it. Run this after every change of the lock; with `--check` it
 * only says what is wrong.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./run.mjs";

const SYSTEMS = ["android", "darwin", "freebsd", "linux", "openharmony", "win32"];
const PROCESSORS = ["arm", "arm64", "ia32", "ppc64", "riscv64", "s390x", "wasm32", "x64"];

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
// Addresses would bind everybody to the registry of whoever wrote the lock last.
for (const path of addressed) delete lock.packages[path].resolved;
const sorted = Object.entries(lock.packages).sort(([a], [b]) => a.localeCompare(b, "en"));
lock.packages = Object.fromEntries(sorted);
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
console.log(`Added ${missing.length} platform entries, removed ${addressed.length} download addresses.`);

/** The optional dependencies that are named by a package of the lock and that npm would not find where it looks. */
function findMissing(packages) {
  const missing = new Map();
  for (const [owner, { optionalDependencies = {}, dev, devOptional }] of Object.entries(packages)) {
    for (const [name, version] of Object.entries(optionalDependencies)) {
      const found = searchPaths(owner, name).find((path) => path in packages);
      const isExact = /^\d+\.\d+\.\d+[^\s|]*$/.test(version);
      if (found && (!isExact || packages[found].version === version)) continue;
      if (!isExact) throw new Error(`${name}@${version} is a range: its exact version cannot be told.`);
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

/** `a/node_modules/b` looks in `a/node_modules/b/node_modules`, then in `a/node_modules`, then in `node_modules`. */
function searchPaths(owner, name) {
  const parts = owner.split("/node_modules/");
  const owners = parts.map((_, index) => parts.slice(0, parts.length - index).join("/node_modules/"));
  return [...owners.filter(Boolean).map((path) => `${path}/node_modules/${name}`), `node_modules/${name}`];
}

/** What npm would have written, as far as the name tells it; platform packages are named for what they run on. */
function platformEntry(name, version) {
  const words = name.split("/").at(-1).split("-");
  const os = SYSTEMS.find((system) => words.includes(system));
  const cpu = PROCESSORS.find((processor) => words.includes(processor));
  if (!cpu) throw new Error(`The platform of ${name} cannot be told from its name.`);
  const libc = { musl: "musl", gnu: "glibc" }[words.at(-1)?.match(/^(musl|gnu)/)?.[1]];
  return {
    version,
    cpu: [cpu],
    ...(libc && os === "linux" && { libc: [libc] }),
    optional: true,
    ...(os && { os: [os] }),
  };
}
