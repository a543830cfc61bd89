import { randomBytes } from "node:crypto";
import { readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { build, type Plugin } from "esbuild";
import { afterAll, beforeAll } from "vitest";

const root = path.resolve(import.meta.dirname, "../..");

/** A rule taken out of one file, by the text that is the rule: to show that a test would notice. */
export type WrongRule = { file: string; right: string; wrong: string };

/**
 * A program of the project as one file that Node.js runs, made for the test file.
 * @param entry Below the project's folder, such as `server/cli/cli.ts`.
 * @returns Its path, once tests run.
 */
export function useBundle(entry: string, wrongRule?: WrongRule): () => string {
  // One folder below the root, as dist/ is: from there the program finds its migrations and packages.
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
        // A control that changed nothing would prove nothing.
        if (text.split(right).length !== 2) throw new Error(`${file} does not say once: ${right}`);
        return { contents: text.replace(right, () => wrong), loader: "ts" };
      });
    },
  };
}
