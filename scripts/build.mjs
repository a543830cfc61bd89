import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, gzip } from "node:zlib";
import { findCommit } from "./find-commit.mjs";
import { ensureInstalled } from "./install.mjs";
import { isMain, root, runNode, script } from "./run.mjs";
import { writeSbom } from "./sbom.mjs";

const sourcePaths = [
  ...[
    "app",
    "components",
    "lib",
    "server",
    "prisma",
    "public",
    "package.json",
    "package-lock.json",
    "tsconfig.json",
  ],
  ...[
    "scripts/build.mjs",
    "next.config.ts",
    "postcss.config.mjs",
    "prisma.config.ts",
    "proxy.ts",
    "instrumentation.ts",
  ],
];
/** The bundles that esbuild makes of `server/`, because Node.js doesn't run TypeScript. */
export const bundleNames = {
  "main.ts": "server.mjs",
  "cli/cli.ts": "cli.mjs",
  "embedded-postgres/postgres-guardian.ts": "postgres-guardian.mjs",
};

const generatedClient = join(root, "lib", "server", "generated", "prisma", "client.ts");
const dist = join(root, "dist");
// Each contains the hash of the sources for which the step was last run.
const bundleStamp = join(dist, ".bundled");
const buildStamp = join(dist, ".built");

/** Builds everything, unless that was done for the same sources. `stdio` is where the tools print. */
export async function ensureBuilt({ stdio = "inherit" } = {}) {
  const hash = hashSources();
  if (isDone(buildStamp, hash) && isDone(bundleStamp, hash) && isBuilt()) return;
  await build({ stdio });
}

export async function build({ stdio = "inherit" } = {}) {
  rmSync(buildStamp, { force: true });
  const hash = await bundle({ stdio });
  console.error("Building the console …");
  const next = join(root, "node_modules", "next", "dist", "bin", "next");
  const env = { NEXT_TELEMETRY_DISABLED: "1", NODE_ENV: "production" };
  await runNode("next build", [next, "build"], { stdio, env });
  await compressStaticFiles();
  trimSourceMaps();
  writeSbom();
  writeFileSync(buildStamp, hash);
}

/**
 * Removes the sources from the maps of the console's server code. Node.js keeps the maps of all loaded scripts in memory, for stack
 * traces, which need only the positions. The sources were four fifths of that: 70 MB of an idle instance.
 */
function trimSourceMaps() {
  const folder = join(root, ".next", "server");
  const names = readdirSync(folder, { recursive: true }).filter((name) => name.endsWith(".js.map"));
  for (const name of names) {
    const file = join(folder, name);
    writeFileSync(file, JSON.stringify(withoutSources(JSON.parse(readFileSync(file, "utf8")))));
  }
}

/** Maps of several scripts in one have sections with a map each. */
function withoutSources({ sourcesContent, sections, ...map }) {
  if (!sections) return map;
  return { ...map, sections: sections.map((section) => ({ ...section, map: withoutSources(section.map) })) };
}

/** Writes a .br and a .gz beside each script and style: the server sends them as they are. */
async function compressStaticFiles() {
  const folder = join(root, ".next", "static");
  const names = readdirSync(folder, { recursive: true }).filter((name) => /\.(js|css)$/.test(name));
  await Promise.all(
    names.map(async (name) => {
      const file = join(folder, name);
      const bytes = readFileSync(file);
      writeFileSync(`${file}.br`, await promisify(brotliCompress)(bytes));
      writeFileSync(`${file}.gz`, await promisify(gzip)(bytes, { level: 9 }));
    }),
  );
}

/** Whether there is a build. It may be out of date. */
export function isBuilt() {
  return existsSync(join(dist, "server.mjs")) && existsSync(join(root, ".next", "BUILD_ID"));
}

/** Builds the programs in `dist`, without the console, unless that was done for the same sources. */
export async function ensureBundled({ stdio = "inherit" } = {}) {
  const isComplete = Object.values(bundleNames).every((name) => existsSync(join(dist, name)));
  if (!isComplete || !isDone(bundleStamp, hashSources())) await bundle({ stdio });
}

async function bundle({ stdio }) {
  console.error("Bundling the server …");
  rmSync(bundleStamp, { force: true });
  const hash = hashSources();
  await generatePrismaClient({ stdio });
  const esbuild = await import("esbuild");
  const programs = await Promise.all(
    [bundleOptions(["main.ts", "embedded-postgres/postgres-guardian.ts"]), commandLineOptions()].map(
      (options) => esbuild.build({ ...options, write: false }),
    ),
  );
  await esbuild.stop(); // Otherwise its child process would keep running, while this process may become the server.
  mkdirSync(dist, { recursive: true });
  for (const { path, contents } of programs.flatMap(({ outputFiles }) => outputFiles)) {
    // Rename it into place, so that a program that is starting reads either the old or the new file.
    writeFileSync(`${path}.${process.pid}`, contents);
    renameSync(`${path}.${process.pid}`, path);
  }
  writeFileSync(bundleStamp, hash);
  return hash;
}

/** The esbuild options, shared with `npm run dev`. */
export function bundleOptions(sources = Object.keys(bundleNames)) {
  const entries = sources.map((source) => [bundleNames[source].replace(/\.mjs$/, ""), `server/${source}`]);
  return {
    absWorkingDir: root,
    entryPoints: Object.fromEntries(entries),
    outdir: dist,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    packages: "external",
    define: { "process.env.KEYWARD_COMMIT": JSON.stringify(findCommit(sourcePaths)) },
    sourcemap: true,
    sourcesContent: false,
    logLevel: "warning",
  };
}

/**
 * Bundles the command line together with its packages, because looking for them in node_modules took half of a command's time. Without
 * a source map, which Node.js would read at every start.
 */
function commandLineOptions() {
  return {
    ...bundleOptions(["cli/cli.ts"]),
    packages: "bundle",
    external: ["@node-rs/argon2", "pg-native"],
    minifySyntax: true,
    sourcemap: false,
    // CommonJS packages load Node.js's built-in modules with require.
    banner: {
      js: [
        'import { createRequire as __createRequire } from "node:module";',
        'import { fileURLToPath as __toPath } from "node:url";',
        "const require = __createRequire(import.meta.url), __filename = __toPath(import.meta.url), __dirname = __toPath(new URL('.', import.meta.url));",
      ].join("\n"),
    },
  };
}

/** For `npm run dev`, which changes the bundles: the next build must not rely on the stamps. */
export function forgetBuild() {
  for (const stamp of [bundleStamp, buildStamp]) rmSync(stamp, { force: true });
}

export async function generatePrismaClient({ stdio = "inherit", onlyIfMissing = false } = {}) {
  if (onlyIfMissing && existsSync(generatedClient)) return;
  const prisma = join(root, "node_modules", "prisma", "build", "index.js");
  // Prisma would download its native schema engine, although this command doesn't run it. Any existing file prevents that, so
  // that the build needs no network.
  const engine = process.env.PRISMA_SCHEMA_ENGINE_BINARY ?? process.execPath;
  const env = {
    PRISMA_SCHEMA_ENGINE_BINARY: engine,
    CHECKPOINT_DISABLE: "1",
    PRISMA_HIDE_UPDATE_MESSAGE: "1",
  };
  await runNode("prisma generate", [prisma, "generate"], { stdio, env });
}

function isDone(stamp, hash) {
  return existsSync(stamp) && readFileSync(stamp, "utf8") === hash;
}

function hashSources() {
  const hash = createHash("sha256").update(process.versions.node.split(".")[0]);
  for (const name of sourcePaths.flatMap((source) => listFiles(source))) {
    hash.update(`\0${name}\0`).update(readFileSync(join(root, name)));
  }
  return hash.digest("hex");
}

function listFiles(name) {
  const path = join(root, name);
  if (!existsSync(path) || /\.test\.tsx?$|(^|\/)generated$/.test(name)) return [];
  if (!statSync(path).isDirectory()) return [name];
  return readdirSync(path)
    .sort()
    .flatMap((entry) => listFiles(`${name}/${entry}`));
}

if (isMain(import.meta)) {
  await script(async () => {
    await ensureInstalled();
    await build();
  });
}
