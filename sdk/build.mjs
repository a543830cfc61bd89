/**
 * Run by `npm run build` in this folder and before `npm pack`: JavaScript with esbuild, declarations with tsc, both into dist/ or
 * the folder that is given.
 */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { build } from "esbuild";

const here = import.meta.dirname;
const dist = resolve(process.argv[2] ?? join(here, "dist"));
const entries = ["index", "events", "node", "express", "fastify", "hono", "next"];

rmSync(dist, { recursive: true, force: true });
await build({
  entryPoints: entries.map((name) => join(here, "src", `${name}.ts`)),
  outdir: dist,
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20",
});
const typescript = dirname(createRequire(import.meta.url).resolve("typescript/package.json"));
execFileSync(process.execPath, [join(typescript, "bin", "tsc"), "-p", here, "--outDir", dist], {
  stdio: "inherit",
});
for (const name of readdirSync(dist).filter((file) => file.endsWith(".d.ts")))
  addExtensions(join(dist, name));

/** Node's resolution, which TypeScript follows under `nodenext`, needs extensions in imports. */
function addExtensions(file) {
  writeFileSync(file, readFileSync(file, "utf8").replaceAll(/(from "\.\/[^"]+)"/g, '$1.js"'));
}
