import { readFileSync } from "node:fs";
import path from "node:path";

/**
 * Gives Next.js the configuration that it was built with, by the variable that it sets itself for `output: "standalone"`. Otherwise
 * it compiles next.config.ts at each start, with a compiler of 100 MB that a package doesn't contain.
 */
export function giveBuiltConfig(projectRoot: string): void {
  const file = path.join(projectRoot, ".next/required-server-files.json");
  const { config } = JSON.parse(readFileSync(file, "utf8")) as { config: object };
  process.env.__NEXT_PRIVATE_STANDALONE_CONFIG = JSON.stringify(config);
}
