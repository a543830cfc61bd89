/** Starts the production server from an existing build. Installs and builds nothing, and needs no development packages. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { becomeProgram } from "./become-program.mjs";
import { isBuilt } from "./build.mjs";
import { requireNode } from "./install.mjs";
import { Refusal, root, script } from "./run.mjs";

await script(async () => {
  process.chdir(root);
  requireNode();
  if (!existsSync(join(root, "node_modules")))
    throw new Refusal("Packages are not installed; run `npm ci` first.");
  if (!isBuilt()) throw new Refusal("There is no build; run `npm run build` first.");
  process.env.NODE_ENV = "production";
  await becomeProgram("server.mjs", process.argv.slice(2));
});
