import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative, sep } from "node:path";
import { bundleNames } from "./build.mjs";
import { root } from "./run.mjs";

/** The bundles of `dist`, with the source maps that stack traces use. */
export const programs = Object.values(bundleNames)
  .flatMap((name) => [`dist/${name}`, `dist/${name}.map`])
  .filter((file) => existsSync(join(root, file)));

/** What only the build and the development server of Next.js load. Their compilers are most of its size. */
const notAtRunTime = [
  /\.d\.[cm]?ts$/,
  /\.development\.js$/,
  /^node_modules\/next\/dist\/compiled\/next-server\/.*\.dev\.js$/,
  /^node_modules\/next\/dist\/(bin|lib\/upgrade|compiled\/(webpack|babel))/,
  /^node_modules\/next\/dist\/server\/(dev\/(next-dev-server|hot-)|lib\/router-utils\/setup-dev-bundler)/,
  /^node_modules\/(@next\/swc|typescript)/,
];

/**
 * Finds the files in node_modules that the built program loads, by following the imports of the bundles, and in the lists that Next.js
 * writes for its server and the console's pages when it builds.
 * @returns Paths from the root, with the license of each package.
 */
export async function traceModules() {
  const { nodeFileTrace } = createRequire(import.meta.url)("next/dist/compiled/@vercel/nft");
  const { fileList, esmFileList } = await nodeFileTrace(
    // cli.mjs contains its packages, except one that server.mjs imports as well. Reading its 7 MB takes as long as all the rest.
    ["dist/server.mjs", "dist/postgres-guardian.mjs"].map((file) => join(root, file)),
    {
      base: root,
      processCwd: root,
      mixedModules: true,
      // Node.js 22 and later prefer this condition, Node.js 20 doesn't know it.
      moduleSyncCatchall: true,
      ignore: (file) => notAtRunTime.some((pattern) => pattern.test(file)),
    },
  );
  const traced = [...fileList, ...esmFileList].map((file) => file.split(sep).join("/"));
  const modules = new Set(traced.filter((file) => file.startsWith("node_modules/")));
  for (const file of filesOfConsole()) modules.add(file);
  for (const folder of new Set([...modules].map(packageFolder)))
    for (const name of readdirSync(join(root, folder)))
      if (name === "package.json" || /^(licen[cs]e|notice|copying)/i.test(name))
        modules.add(`${folder}/${name}`);
  return [...modules];
}

/** The files in node_modules that Next.js lists for its server and for each page and route. */
function filesOfConsole() {
  const folder = join(root, ".next");
  const lists = readdirSync(join(folder, "server"), { recursive: true })
    .filter((name) => name.endsWith(".nft.json"))
    .map((name) => join(folder, "server", name));
  return [join(folder, "next-server.js.nft.json"), ...lists]
    .flatMap((list) =>
      JSON.parse(readFileSync(list, "utf8")).files.map((file) => relative(root, join(dirname(list), file))),
    )
    .map((file) => file.split(sep).join("/"))
    .filter((file) => file.startsWith("node_modules/"));
}

/** `node_modules/a`, `node_modules/@a/b`, or one inside another package. */
function packageFolder(file) {
  return /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0] ?? file;
}
