import { randomBytes } from "node:crypto";
import { rmSync } from "node:fs";
import path from "node:path";
import { build } from "esbuild";
import { afterAll, beforeAll } from "vitest";

const root = path.resolve(import.meta.dirname, "..");

/**
 * A program of the project as one file that Node.js runs, made for the test file.
 * @param entry Below the project's folder, such as `server/cli.ts`.
 * @returns Its path, once tests run.
 */
export function useBundle(entry: string): () => string {
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
    });
  });
  afterAll(() => rmSync(file, { force: true }));
  return () => file;
}
