import { randomBytes } from "node:crypto";
import { readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { build, type Plugin } from "esbuild";
import { afterAll, beforeAll } from "vitest";

const root = path.resolve(import.meta.dirname, "../..");

/** A change to the text of a file that removes a rule, to prove that a test detects it. */
export type WrongRule = { file: string; right: string; wrong: string };

/**
 * Bundles a program of the project into one file for a test file.
 * @param entry The path from the project's folder, such as `server/cli/cli.ts`.
 * @returns A function that returns the path of the bundle. Call it in tests only.
 */
export function useBundle(entry: string, wrongRule?: WrongRule): () => string {
  // One folder below the root, like dist/, so that the program finds its migrations and packages.
  const file = path.join(
    root,
    ".data",
    `${path.basename(entry, ".ts")}-${randomBytes(4).toString("hex")}.mjs`,
  );
  beforeAll(async () => {
    await build({
      absWorkingDir: root,
      entryPoints: [entry],
      outfile: file,
      bundle: true,
      platform: "node",
      format: "esm",
      target: "node20",
      packages: "external",
      logLevel: "warning",
      plugins: wrongRule ? [takeOut(wrongRule)] : [],
    });
  });
  afterAll(() => rmSync(file, { force: true }));
  return () => file;
}

function takeOut({ file, right, wrong }: WrongRule): Plugin {
  return {
    name: "wrong rule",
    setup(pluginBuild) {
      pluginBuild.onLoad({ filter: /\.ts$/ }, ({ path: loaded }) => {
        if (path.relative(root, loaded) !== file) return null;
        const text = readFileSync(loaded, "utf8");
        // A change that doesn't apply would prove nothing.
        if (text.split(right).length !== 2)
          throw new Error(`${file} does not contain exactly once: ${right}`);
        return { contents: text.replace(right, () => wrong), loader: "ts" };
      });
    },
  };
}
